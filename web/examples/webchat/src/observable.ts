// As much of an Observable as Web Chat needs.

export interface Observer<Value> {
  next?: (value: Value) => void;
  error?: (error: unknown) => void;
  complete?: () => void;
}

export interface Observable<Value> {
  subscribe: (observer: Observer<Value>) => { unsubscribe: () => void };
}

/** Gives every subscriber what came before it subscribed too: at most `keep` values. */
export class Replayed<Value> implements Observable<Value> {
  #values: Value[] = [];
  readonly #observers = new Set<Observer<Value>>();
  readonly #keep: number;
  readonly #subscribed: () => void;

  constructor(keep = Infinity, subscribed: () => void = () => {}) {
    this.#keep = keep;
    this.#subscribed = subscribed;
  }

  next(value: Value): void {
    this.#values = [...this.#values, value].slice(-this.#keep);
    for (const observer of this.#observers) observer.next?.(value);
  }

  subscribe(observer: Observer<Value>): { unsubscribe: () => void } {
    for (const value of this.#values) observer.next?.(value);
    this.#observers.add(observer);
    this.#subscribed();
    return { unsubscribe: () => this.#observers.delete(observer) };
  }
}

/** One value to come. */
export function fromPromise<Value>(promise: Promise<Value>): Observable<Value> {
  return {
    subscribe(observer) {
      let wanted = true;
      promise.then(
        (value) => {
          if (wanted) observer.next?.(value);
          if (wanted) observer.complete?.();
        },
        (error) => wanted && observer.error?.(error),
      );
      return { unsubscribe: () => (wanted = false) };
    },
  };
}

// What the page uses of Web Chat's finished bundle, which brings no types.
declare module "*/botframework-webchat/dist/webchat.js" {
  export function renderWebChat(properties: object, element: Element): void;
}

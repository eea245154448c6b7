"""Fills a form in for the customer: asks, checks, sums up and files the request."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from actions.account import Account
from actions.form_plan import FillForm, FormPlanner, circumstances
from actions.replies import Button, Reply, Writer
from actions.state import Filling
from actions.turn import Turn
from balie.billing.client import BillingClient, BillingUnavailable, UnknownCustomer
from balie.billing.models import NewSupportRequest, PaymentMethod
from balie.content import Form, FormField, Rendered, day_of, form, render
from balie.content.form import FormState, Line
from balie.content.form_checks import Circumstances, accept, country_name

_KEY_REUSED = 422
# The backend keeps keys for 24 hours; an hour is left for clocks that differ.
_KEY_IS_KEPT = timedelta(hours=23)


async def account_values(account: Account) -> dict[str, str]:
    """What the account fills in, by the names of `from_account:`; only what it knows."""
    customer, methods = await asyncio.gather(
        account.client.customer(account.customer), account.client.payment_methods(account.customer)
    )
    address = customer.sold_to
    contact = customer.contact
    values = {
        "commerce_account_id": customer.commerce_account_id,
        "company_address": f"{address.street}, {address.postal_code} {address.city}",
        "company_name": customer.name,
        "contact_email": contact.email if contact else None,
        "contact_name": contact.name if contact else None,
        "contact_phone": contact.phone if contact else None,
        "country": address.country,
        "customer_kind": "existing",
        "established": str(customer.established) if customer.established else None,
        "payment_method": _payment_method(methods),
        "sign_in_name": customer.administrator,
        "vat_number": customer.vat_number,
        "website": customer.website,
    }
    return {name: each for name, each in values.items() if each}


class Clerk:
    """Keeps the customer's form for one turn; `filling` is what is remembered of it."""

    def __init__(
        self, turn: Turn, write: Writer, planner: FormPlanner, billing: BillingClient
    ) -> None:
        self._turn = turn
        self._write = write
        self._planner = planner
        self._billing = billing
        self.filling = turn.filling

    # What there is ---------------------------------------------------------------------------

    @property
    def is_waiting(self) -> bool:
        """Whether the form waits for an answer."""
        mine = self._planner.waiting(replace(self._turn, filling=self.filling))
        return mine is not None

    @property
    def is_stale(self) -> bool:
        """Whether the form was left long ago."""
        return self._planner.is_stale(self._turn)

    @property
    def topic(self) -> str | None:
        """The topic whose form waits."""
        return self.filling.state.topic if self.filling and self.is_waiting else None

    @property
    def left_topic(self) -> str | None:
        """The topic of this customer's form that was left for later."""
        begun = self._planner.begun(self._turn)
        return begun.state.topic if begun and not self.is_waiting else None

    @property
    def field_id(self) -> str | None:
        """The field that is asked for."""
        here = self._field() if self.is_waiting else None
        return here.id if here else None

    def has_begun(self, topic: str) -> bool:
        """Whether the customer has begun this topic's form."""
        begun = self._planner.begun(self._turn)
        return begun is not None and begun.state.topic == topic

    # Coming and going ------------------------------------------------------------------------

    def offer(self, of: Form) -> Reply:
        """The offer to fill the form in, or to go on with it; the steps are the other way."""
        start = self._button("start", "button_form", of)
        steps = Button(self._write.text("button_form_steps"), "start_guide", {"topic": of.topic})
        if self.has_begun(of.topic):
            start = self._button("resume", "button_resume", of)
            return self._write.say("form_offer_to_go_on", [start, steps])
        return Reply(of.offer[self._write.language], (start, steps))

    def start_button(self, of: Form) -> Button:
        """The button that begins the form, or goes on with it, beside another offer."""
        move = "resume" if self.has_begun(of.topic) else "start"
        return self._button(move, "button_form_other", of)

    def begin(self, of: Form, account: Mapping[str, str]) -> list[Reply]:
        """The form with what the account knows, and its first question."""
        assert self._turn.customer is not None
        now = self._turn.now
        state = form.start(of, self._usable(of, account))
        self.filling = Filling(state, self._turn.customer, begun=now, at=now)
        _, count = form.progress(of, state)
        known = [line for line in form.summary(of, state) if line.from_account]
        opening = self._write.say("form_opening", items=self._lines(known), count=count)
        return [opening, *self._here()]

    def put_aside(self) -> None:
        """Keep the form for later: something else has been begun."""
        if self.filling is not None:
            self.filling = replace(self.filling, waiting=False)

    def take_up_again(self) -> list[Reply]:
        """Asks for the field again, or after a long time whether to go on."""
        self._forget_choice()
        if not self.is_stale:
            return self._here_again()
        self.put_aside()
        return [self.offer_to_resume()]

    def offer_to_resume(self) -> Reply:
        """Asks whether to go on with the form that was left."""
        of = self._form()
        title = self._write.title(of.topic)
        button = self._button("resume", "button_resume", of)
        return self._write.say("form_offer_resume", [button], topic=title)

    # Moves -----------------------------------------------------------------------------------

    def perform(self, act: FillForm) -> list[Reply]:
        """Carry out a move other than filing."""
        if not self.has_begun(act.topic):
            return [self._write.say("form_none", self._write.topic_buttons())]
        self._forget_choice()
        match act.to:
            case "start" | "resume":
                self._keep()
                return [self._write.say("form_resumes"), *self._here()]
            case "answer":
                return self._answer(act)
            case "wrong":
                return [*self._wrong(), *self._person_after_misses(), *self._here_again()]
            case "skip":
                return self._skip(act)
            case "keep":
                return self._keep_value()
            case "back":
                return self._back()
            case "change":
                return self._change(act.field)
            case "which":
                self._keep()
                return [self._which()]
            case "help":
                said = self._help(act.field)
                return [*said, *self._person_after_misses(), *self._here_again()]
            case "show":
                self._keep()
                return self._so_far()
            case "copy":
                self._keep()
                return [self._text("form_copy"), *self._here_again()]
            case "stop":
                self._keep()
                self.put_aside()
                button = self._button("resume", "button_resume", self._form())
                return [self._write.say("form_stopped", [button])]
        self._keep()
        return self._here()

    def _answer(self, act: FillForm) -> list[Reply]:
        # An old button may answer a field that is not asked for now, or no longer there.
        with suppress(LookupError, ValueError):
            state = form.change(self._form(), self._state(), act.field)
            self._keep(form.answer(self._form(), state, act.value))
        return self._here()

    def _skip(self, act: FillForm) -> list[Reply]:
        here = self._field()
        if here is None or (act.field and act.field != here.id):
            return self._here_again()
        try:
            self._keep(form.skip(self._form(), self._state()))
        except ValueError:
            said = self._write.say("form_needed")
            return [said, *self._person_after_misses(), *self._here()]
        return self._here()

    def _keep_value(self) -> list[Reply]:
        with suppress(LookupError, ValueError):
            self._keep(form.keep(self._form(), self._state()))
        return self._here()

    def _back(self) -> list[Reply]:
        before = form.back(self._form(), self._state())
        at_first = before == self._state()
        self._keep(before)
        return [*([self._write.say("form_first_field")] if at_first else []), *self._here()]

    def _change(self, name: str) -> list[Reply]:
        try:
            self._keep(form.change(self._form(), self._state(), name))
        except LookupError:
            return [self._no_such_field(name), self._which()]
        return self._here()

    def _which(self) -> Reply:
        """Asks which field to change; the next message may name it."""
        of, at_summary = self._form(), self._field() is None
        self.filling = replace(self._filling(), choosing=True)
        back = self._button("again", "button_form_summary" if at_summary else "button_resume", of)
        return self._write.say("form_which_field", [back, self._button("stop", "button_stop", of)])

    def _no_such_field(self, name: str) -> Reply:
        other = form.depends_on(self._form(), self._state(), name)
        if other is None:
            return self._write.say("form_no_such_field")
        return self._write.say("form_field_elsewhere", field=other.label[self._write.language])

    def _so_far(self) -> list[Reply]:
        """What is filled in, what is missing, and then the question again."""
        if self._field() is None:
            return self._summary()
        lines = form.summary(self._form(), self._state())
        given = [line for line in lines if line.value or line.field.id in self._state().answers]
        missing = [line.field.label[self._write.language] for line in lines if line not in given]
        so_far = [self._write.say("form_so_far", items=self._lines(given))]
        if missing:
            so_far.append(self._write.say("form_still_missing", fields=missing))
        return [*so_far, *self._here()]

    def _wrong(self) -> list[Reply]:
        here = self._field()
        if here is None:
            return [self._write.say("form_not_understood")]
        kind = "choice" if here.options else here.check
        known = self._circumstances()
        company, address = known.company_name, known.company_address
        return [self._write.say(f"form_problem_{kind}", company=company, address=address)]

    def _person_after_misses(self) -> list[Reply]:
        """Counts what was no answer to the field; from the second in a row on offers a person."""
        filling = self._filling()
        self.filling = replace(filling, missed=filling.missed + 1)
        if filling.missed == 0 or self._turn.waiting:
            return []
        return [self._write.say("form_or_person", [self._write.person_button()])]

    def _help(self, name: str) -> list[Reply]:
        """The explanation of the field that is meant, else of the one that is asked for."""
        named = (each for each in self._form().fields if each.id == name)
        here = next(named, None) or self._field()
        if here is None:
            return []
        written = here.help or self._write.content.texts["form_no_help"]
        return [Reply(render(written[self._write.language], {}, self._write.language))]

    # Filing ----------------------------------------------------------------------------------

    def may_file(self, act: FillForm, case: str | None) -> bool:
        """Whether the request can be filed now: it is complete and the conditions still hold.

        One that may have been filed without our knowing is filed again under the same key, as long
        as the billing system is sure to remember it.
        """
        if not self.has_begun(act.topic) or self._field() is not None or case is None:
            return False
        tried = self._filling().tried
        remembered = tried is not None and self._turn.now - tried < _KEY_IS_KEPT
        return remembered or case == self._form().offered_for

    def unfiled(self, act: FillForm, case: str | None) -> list[Reply]:
        """What is said, besides the account's own fact, of a request that cannot be filed now."""
        if not self.has_begun(act.topic) or self._field() is not None:
            return self.perform(replace(act, to="again"))
        if case is None:
            return [self._not_filed()]
        self.put_aside()
        return []

    async def file(self, act: FillForm) -> list[Reply]:
        """File the request, at most once however often it is tried."""
        filling, of = self._filling(), self._form()
        request = NewSupportRequest(
            kind=of.request,
            subject=of.subject[self._write.language],
            details=self._portal_text(),
            language=self._write.language,
        )
        self.filling = replace(filling, at=self._turn.now, tried=self._turn.now)
        try:
            filed = await self._billing.create_support_request(
                filling.customer, request, self._key()
            )
        except (BillingUnavailable, UnknownCustomer) as error:
            return self._failed(error)
        text = render(
            of.filed[self._write.language], {"number": filed.number}, self._write.language
        )
        record = self._text("form_filed_text")
        self.filling = None
        return [Reply(text), record]

    def _failed(self, error: Exception) -> list[Reply]:
        # The key belongs to an earlier attempt, with other answers, that did arrive after all.
        if isinstance(error, BillingUnavailable) and error.status == _KEY_REUSED:
            self.filling = None
            return [self._write.say("form_filed_before", [self._write.person_button()])]
        return [self._not_filed()]

    def _not_filed(self) -> Reply:
        of = self._form()
        retry = self._button("file", "button_form_retry", of)
        copy = self._button("copy", "button_form_copy", of)
        return self._write.say("form_not_filed", [retry, copy, self._write.person_button()])

    def _key(self) -> str:
        """The same for every attempt at this form, and for no other form."""
        filling = self._filling()
        parts = (self._turn.conversation, filling.state.topic, filling.begun.isoformat())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    # Words -----------------------------------------------------------------------------------

    def _here(self) -> list[Reply]:
        return [self._question()] if self._field() else self._summary()

    def _here_again(self) -> list[Reply]:
        """The question, or after the summary was shown once, only what it asks."""
        if self._field():
            return self._here()
        return [self._write.say("form_shall_i_file", self._summary_buttons())]

    def _question(self) -> Reply:
        here, of = self._field(), self._form()
        assert here is not None
        number, count = form.progress(of, self._state())
        options = [
            self._button("answer", option[self._write.language], of, here, name)
            for name, option in here.options.items()
        ]
        present = self._present(here)
        keep = [self._button("keep", "button_form_keep", of)] if present else []
        skip = [self._button("skip", "button_form_skip", of, here)] if here.optional else []
        can_go_back = form.back(of, self._state()) != self._state()
        back = [self._button("back", "button_form_back", of)] if can_go_back else []
        stop = self._button("stop", "button_stop", of)
        links = (self._write.content.links[here.link],) if here.link else ()
        step = {"topic": of.topic, "id": here.id, "number": number, "of": count}
        text = here[self._write.language]
        if present:
            text = f"{text}\n\n{self._write.text('form_present', value=present)}"
        return Reply(text, (*options, *keep, *skip, *back, stop), links, step)

    def _present(self, here: FormField) -> str | None:
        """What a field that is asked for again holds now."""
        lines = form.summary(self._form(), self._state())
        line = next(each for each in lines if each.field.id == here.id)
        return self._shown(line) if line.value else None

    def _summary(self) -> list[Reply]:
        lines = self._lines(form.summary(self._form(), self._state()))
        return [self._write.say("form_summary", self._summary_buttons(), items=lines)]

    def _summary_buttons(self) -> list[Button]:
        of = self._form()
        return [
            self._button("file", "button_form_file", of),
            self._button("which", "button_form_change", of),
            self._button("copy", "button_form_copy", of),
            self._button("stop", "button_stop", of),
        ]

    def _text(self, key: str) -> Reply:
        """A text with the finished request in it, to be copied."""
        return self._write.say(key, items=Rendered(self._portal_text()))

    def _portal_text(self) -> str:
        """The request as the portal asks for it: its own names, in Dutch with the English ones."""
        return "\n".join(
            self._write.text(
                "form_line_plain",
                name=_portal_name(line.field, self._write),
                value=self._shown(line),
            )
            for line in form.summary(self._form(), self._state())
            if line.number is not None and line.value
        )

    def _lines(self, lines: Iterable[Line]) -> Rendered:
        return Rendered("\n".join(map(self._line, lines)))

    def _line(self, line: Line) -> str:
        name, shown = line.field.label[self._write.language], self._shown(line)
        if line.number is None:
            return self._write.text("form_line_plain", name=name, value=shown)
        key = "form_line_account" if line.from_account else "form_line"
        return self._write.text(key, number=line.number, name=name, value=shown)

    def _shown(self, line: Line) -> str:
        """A value as people read it."""
        if not line.value:
            return self._write.text("form_left_out")
        if line.value in line.field.options:
            return line.field.options[line.value][self._write.language]
        is_country = line.field.check == "country"
        return country_name(line.value, self._write.language) if is_country else line.value

    def _button(
        self, move: str, title: str, of: Form, field: FormField | None = None, value: str = ""
    ) -> Button:
        """A button of the form; `title` is the key of a text, or the title of an option."""
        entities = {"move": move, "topic": of.topic}
        entities |= {"field": field.id} if field else {}
        entities |= {"value": value} if value else {}
        texts = self._write.content.texts
        shown = texts[title][self._write.language] if title in texts else title
        return Button(shown, "fill_form", entities)

    # Small parts -----------------------------------------------------------------------------

    def _usable(self, of: Form, account: Mapping[str, str]) -> dict[str, str]:
        """The account's values that the form's own checks let pass; the others are asked for."""
        known = Circumstances(day_of(self._turn.now), account.get("country", ""))
        usable: dict[str, str] = {}
        for field in of.fields:
            found = account.get(field.from_account or "")
            if field.from_account and found:
                passed = (
                    found if field.options else accept(field, found, self._write.language, known)
                )
                usable |= {field.from_account: passed} if passed else {}
        return usable

    def _forget_choice(self) -> None:
        self.filling = replace(self._filling(), choosing=False)

    def _filling(self) -> Filling:
        if self.filling is None:
            raise LookupError("the plan moves in a form where there is none")
        return self.filling

    def _state(self) -> FormState:
        return self._filling().state

    def _form(self) -> Form:
        return self._write.content.forms[self._state().topic]

    def _field(self) -> FormField | None:
        return form.current(self._form(), self._state())

    def _circumstances(self) -> Circumstances:
        return circumstances(self._form(), self._filling(), self._turn)

    def _keep(self, state: FormState | None = None) -> None:
        """Remember the state; the form waits for the customer's next message."""
        filling = self._filling()
        moved = state is not None and state != filling.state
        self.filling = replace(
            filling,
            state=state or filling.state,
            at=self._turn.now,
            waiting=True,
            missed=0 if moved else filling.missed,
        )


def _payment_method(methods: Iterable[PaymentMethod]) -> str | None:
    """The method that is charged, as the customer knows it."""
    method = next((each for each in methods if each.is_default), None)
    if method is None:
        return None
    return f"{method.label} ({method.last_four})" if method.last_four else method.label


def _portal_name(field: FormField, write: Writer) -> str:
    portal = field.portal or field.label
    names = dict.fromkeys((portal[write.language], portal["en"]))
    return " / ".join(names)

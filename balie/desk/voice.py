"""What the desk itself says in a conversation, without Rasa."""

from collections.abc import Iterable
from datetime import datetime, time

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.lists import format_list

from balie.content import Language, Topic
from balie.desk import clock
from balie.desk.hours import OpeningHours, Shift
from balie.desk.rasa import Entity, RasaButton
from balie.desk.texts import Texts
from balie.privacy import Kind

# Meanings that the desk gives a button of its own; no intent of Rasa has such a name.
HAND_OFF = "desk:hand_off"
RETRY = "desk:retry"

_LOCALES: dict[Language, str] = {"en": "en_US", "nl": "nl_NL"}
_WITHOUT_YEAR: dict[Language, str] = {"en": "EEEE, MMMM d", "nl": "EEEE d MMMM"}


class Voice:
    """Puts the desk's texts together."""

    def __init__(self, texts: Texts, hours: OpeningHours, greeting_topics: Iterable[str]) -> None:
        self.texts = texts
        self.hours = hours
        self._greeting_topics = tuple(greeting_topics)

    def say(self, key: str, language: Language, **values: object) -> str:
        """The desk's text `key`."""
        return self.texts.say(key, language, **values)

    def greeting(self, language: Language, topic: str | None) -> str:
        """The first message; it names the topic of the page, and offers its steps or its answer."""
        found = self._offered(topic)
        if found is None:
            return self.say("greeting", language)
        key = "greeting_steps" if found.guide else "greeting_answer"
        return self.say(key, language, topic=found.title[language])

    def greeting_buttons(self, language: Language, topic: str | None) -> list[RasaButton]:
        """The steps and the answer of the page's own topic, the main topics, and a person."""
        found = self._offered(topic)
        own = self._own_buttons(found, language) if found else []
        names = [name for name in self._greeting_topics if not found or name != found.id]
        titles = {name: self.texts.topic_title(name, language) for name in names}
        topics = [RasaButton(title=title, intent=name) for name, title in titles.items() if title]
        return [*own, *topics, self.person_button(language)]

    def _own_buttons(self, topic: Topic, language: Language) -> list[RasaButton]:
        answer = RasaButton(title=self.say("button_answer", language), intent=topic.id)
        return [self._steps_button(topic, language), answer] if topic.guide else [answer]

    def _offered(self, topic: str | None) -> Topic | None:
        """The page's topic, unless asking for a person is all there is to it."""
        found = self.texts.content.topics.get(topic or "")
        return found if found and not found.handoff else None

    def _steps_button(self, topic: Topic, language: Language) -> RasaButton:
        return RasaButton(
            title=self.say("button_steps", language),
            intent="start_guide",
            entities=[Entity(entity="topic", value=topic.id)],
        )

    def person_button(self, language: Language) -> RasaButton:
        """The way to a person that works without Rasa."""
        return RasaButton(title=self.say("button_person", language), intent=HAND_OFF)

    def retry_button(self, language: Language) -> RasaButton:
        """Sends the last message once more."""
        return RasaButton(title=self.say("button_retry", language), intent=RETRY)

    def masked(self, kinds: Iterable[Kind], language: Language) -> str:
        """That something in the customer's message was hidden, and what."""
        what = [self.say(f"masked_{kind}", language) for kind in kinds]
        return self.say("masked", language, what=what)

    def ticket_made(self, reference: str, language: Language) -> str:
        """The reference, and when people answer."""
        return self.say(
            "ticket_made", language, reference=reference, people=self.people_answer(language)
        )

    def ticket_open(self, reference: str, language: Language) -> str:
        """The same for somebody who asks again."""
        return self.say(
            "ticket_open", language, reference=reference, people=self.people_answer(language)
        )

    def people_answer(self, language: Language) -> str:
        """Opening hours, and when somebody answers next."""
        now = clock.now()
        hours = self.say("people_hours", language, hours=self.opening_hours(language))
        if self.hours.is_open(now):
            return f"{hours} {self.say('people_now', language)}"
        opening = self.hours.next_opening(now).astimezone(self.hours.zone)
        when = {"day": self._day(opening, language), "time": self._time(opening.time(), language)}
        return f"{hours} {self.say('people_next', language, **when)}"

    def opening_hours(self, language: Language) -> str:
        """All shifts: "Monday to Friday from 9:00 AM to 5:00 PM"."""
        shifts = [self._shift(shift, language) for shift in self.hours.shifts]
        return str(format_list(shifts, locale=_LOCALES[language]))

    def moment(self, moment: datetime, language: Language) -> str:
        """Day and time in the desk's time zone."""
        local = moment.astimezone(self.hours.zone)
        return str(format_datetime(local, "short", locale=_LOCALES[language]))

    def _shift(self, shift: Shift, language: Language) -> str:
        names = get_day_names(locale=_LOCALES[language])
        key = "hours_one_day" if shift.first == shift.last else "hours_days"
        days = self.say(key, language, first=names[shift.first], last=names[shift.last])
        return self.say(
            "hours_shift",
            language,
            days=days,
            start=self._time(shift.start, language),
            end=self._time(shift.end, language),
        )

    def _day(self, moment: datetime, language: Language) -> str:
        return str(format_date(moment, _WITHOUT_YEAR[language], locale=_LOCALES[language]))

    def _time(self, moment: time, language: Language) -> str:
        return str(format_time(moment, "short", locale=_LOCALES[language]))

"""The closed lists: names that writers may use because Python code stands behind them.

`actions` computes what they mean and hands over the values. A new name needs a line here and a
function there; a new topic that uses the names below needs neither.
"""

from collections.abc import Mapping

# The cases of an account fact and the placeholders that the texts of each may use; those of the
# line repeated for each entry of a list stand under "<case>.item".
Cases = Mapping[str, frozenset[str]]


def _cases(placeholders: Mapping[str, str]) -> Cases:
    return {case: frozenset(names.split()) for case, names in placeholders.items()}


_CHARGE = "subscription amount tries last_try"
_REFUSAL = f"{_CHARGE} date card expiry"
_LICENSES = "subscription bought assigned unassigned cost"
_METHOD = "kind last_four expiry"
_OPEN = "subscription amount since"
_PAYMENT = "total last_amount last_date"
_INVOICE = "number date total due items"
_LINE = "line amount"
_FREQUENCY = "subscription frequency next_date"

# What can be looked up for `account:`.
ACCOUNT_FACTS: Mapping[str, Cases] = {
    "address_on_file": _cases({"one": "address contact"}),
    "agreement_type": _cases({"customer_agreement": "", "online_services": ""}),
    "azure_credits": _cases({"none": "", "some": "total items", "some.item": "amount expiry"}),
    "balance_and_last_payment": _cases(
        {
            "open": _PAYMENT,
            "open_no_payment": "total",
            "nothing_open": _PAYMENT,
            "nothing_open_no_payment": "total",
        }
    ),
    "billing_frequency": _cases(
        {
            "none": "",
            "monthly": _FREQUENCY,
            "yearly": _FREQUENCY,
            "several": "items",
            "several.item": _FREQUENCY,
        }
    ),
    "charge_attempts": _cases({"none": "", "more_to_come": _CHARGE, "last_reached": _CHARGE}),
    "failed_charge": _cases(
        {
            "none": "",
            "expired_card": _REFUSAL,
            "insufficient_funds": _REFUSAL,
            "refused": _REFUSAL,
        }
    ),
    "invoice_eligibility": _cases(
        {
            "private": "amount",
            "china": "amount",
            "open_charges": "amount",
            "eligible": "amount",
            "pending": "amount",
            "pending_credit_check": "amount",
            "pending_legal_document": "amount",
            "pending_credit_check_and_legal_document": "amount",
            "approved": "amount",
            "rejected": "amount",
        }
    ),
    "latest_invoice": _cases(
        {
            "none": "",
            "one": _INVOICE,
            "one.item": _LINE,
            "paid": _INVOICE,
            "paid.item": _LINE,
            "past_due": _INVOICE,
            "past_due.item": _LINE,
        }
    ),
    "license_use": _cases(
        {"all_assigned": "", "one": _LICENSES, "many": "items", "many.item": _LICENSES}
    ),
    "outstanding_balance": _cases(
        {
            "none": "",
            "not_due": "amount",
            "one": _OPEN,
            "several": "amount items",
            "several.item": _OPEN,
        }
    ),
    "own_role": _cases(
        {
            "none": "",
            "owner": "profile",
            "contributor": "profile",
            "reader": "profile",
            "invoice_manager": "profile",
        }
    ),
    "payment_methods": _cases(
        {
            "none": "",
            "one": f"count items {_METHOD}",
            "one.item": _METHOD,
            "many": "count items",
            "many.item": _METHOD,
        }
    ),
    "payment_seen": _cases(
        {
            "nothing_due": "amount",
            "not_seen": "amount",
            "seen_recently": "amount date hours wait_until",
            "seen_long_ago": "amount date",
        }
    ),
    "profiles": _cases(
        {
            "none": "",
            "one": "name currency",
            "many": "name items",
            "many.item": "name currency",
        }
    ),
    "recent_invoices": _cases(
        {"none": "", "some": "count items", "some.item": "number date total status"}
    ),
    "request_status": _cases(
        {
            "none": "",
            "pending": "",
            "legal_document": "",
            "credit_check": "",
            "credit_check_and_legal_document": "",
            "approved": "",
            "rejected": "",
        }
    ),
}

# What can be verified for `check:` when a guide ends.
ACCOUNT_CHECKS: Mapping[str, Cases] = {
    "balance_settled": _cases(
        {"settled": "", "notice_remains": "amount received", "still_open": "amount"}
    ),
    "frequency_changed": _cases({"changed": _FREQUENCY, "not_yet": ""}),
    "invoice_request_filed": _cases(
        {"filed": "date", "not_yet": "", "switched": "", "not_switched": ""}
    ),
    "licenses_removed": _cases(
        {"removed": "subscription bought unassigned", "not_yet": "unassigned"}
    ),
    "payment_method_linked": _cases({"linked": "subscription card", "not_yet": ""}),
}

# What `from_account:` can answer, with the options that the answer may be.
ACCOUNT_ANSWERS: Mapping[str, frozenset[str]] = {
    "agreement_type": frozenset({"customer_agreement", "online_services"}),
    "invoice_approved": frozenset({"approved", "not_approved"}),
    "licenses_assigned": frozenset({"all", "some_free"}),
}

# What `from_account:` of a form's field can fill in; where the field has options, which of them.
FORM_VALUES: Mapping[str, frozenset[str]] = {
    "commerce_account_id": frozenset(),
    "company_address": frozenset(),
    "company_name": frozenset(),
    "contact_email": frozenset(),
    "contact_name": frozenset(),
    "contact_phone": frozenset(),
    "country": frozenset(),
    "customer_kind": frozenset({"existing"}),
    "established": frozenset(),
    "payment_method": frozenset(),
    "sign_in_name": frozenset(),
    "vat_number": frozenset(),
    "website": frozenset(),
}

# What `check:` of a form's field can hold an answer to.
FIELD_CHECKS = frozenset(
    {
        "text",
        "company_address",
        "company_name",
        "country",
        "email",
        "number",
        "phone",
        "reference",
        "url",
        "vat",
        "year",
    }
)

# What `request:` of a form can become in the billing system.
REQUEST_KINDS = frozenset({"billing", "pay_by_invoice"})

# What Rasa's files name: intents that only buttons have, and what the assistant can do.
BUTTON_INTENTS = frozenset(
    {"choose_option", "fill_form", "none_of_these", "resume_guide", "start_guide"}
)
ACTIONS = frozenset(
    {
        "action_answer_topic",
        "action_offer_topics",
        "action_out_of_scope",
        "action_small_talk",
        "action_switch_language",
        "action_walk_guide",
    }
)

# Topics without which nobody is served: it is the way to a person.
ESSENTIAL_TOPICS = frozenset({"contact_support"})

"""What is verified in the billing backend when a guide ends.

Some checks compare with what the account looked like when the guide began; `remember` gives that
(small texts, kept with the guide's place).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from actions.account import Account, Fact, TextKey
from balie.billing.models import PaymentMethod, Subscription
from balie.content import day_of

RECENT = timedelta(hours=48)


async def remember(account: Account, check: str | None) -> dict[str, str]:
    """What `check` needs to know of the account as it is before the guide begins."""
    before = BEFORE.get(check or "")
    return await before(account) if before else {}


def can_tell(check: str, before: Mapping[str, str]) -> bool:
    """Whether `check` can say anything: some need to know what was before the guide."""
    return bool(before) or check not in BEFORE


async def balance_settled(account: Account, before: Mapping[str, str]) -> Fact:
    """Whether the open balance has been paid."""
    balance = await account.client.balance(account.customer)
    if balance.total:
        return Fact("still_open", {"amount": balance.total})
    payment = balance.last_payment
    if payment is not None and (balance.past_due_notice or payment.age(account.now) < RECENT):
        return Fact("notice_remains", {"amount": payment.amount, "received": payment.received_at})
    return Fact("settled")


async def payment_method_linked(account: Account, before: Mapping[str, str]) -> Fact:
    """Whether another, valid payment method is linked to the subscription that was refused."""
    methods, subscriptions = await _methods_and_subscriptions(account)
    for subscription in subscriptions:
        method = methods.get(subscription.payment_method_id or "")
        good = method is not None and not method.is_expired(day_of(account.now))
        if method and good and _differs(before, subscription.id, _fingerprint(method)):
            return Fact(
                "linked",
                {"subscription": subscription.name, "card": method.last_four or method.label},
            )
    return Fact("not_yet")


async def licenses_removed(account: Account, before: Mapping[str, str]) -> Fact:
    """Whether there are fewer licenses than when the guide began."""
    subscriptions = await account.client.subscriptions(account.customer)
    for subscription in subscriptions:
        count = subscription.licenses_bought or 0
        if count < int(before.get(subscription.id, count)):
            return Fact(
                "removed",
                {
                    "subscription": subscription.name,
                    "bought": count,
                    "unassigned": subscription.licenses_unassigned,
                },
            )
    unassigned = sum(each.licenses_unassigned for each in subscriptions)
    return Fact("not_yet", {"unassigned": unassigned})


async def frequency_changed(account: Account, before: Mapping[str, str]) -> Fact:
    """Whether a subscription is billed differently from when the guide began."""
    for subscription in await account.client.subscriptions(account.customer):
        if _differs(before, subscription.id, subscription.billing_frequency):
            return Fact(
                "changed",
                {
                    "subscription": subscription.name,
                    "frequency": TextKey(f"frequency_{subscription.billing_frequency}"),
                    "next_date": subscription.next_billing_date,
                },
            )
    return Fact("not_yet")


async def invoice_request_filed(account: Account, before: Mapping[str, str]) -> Fact:
    """Whether the request to pay by invoice is on file or, once approved, the switch is made."""
    request = (await account.client.invoice_eligibility(account.customer)).request
    if request.status == "none":
        return Fact("not_yet")
    if request.status == "approved":
        methods = await account.client.payment_methods(account.customer)
        by_invoice = any(method.type == "invoice" for method in methods)
        return Fact("switched" if by_invoice else "not_switched")
    return Fact("filed", {"date": request.submitted_on or day_of(account.now)})


Check = Callable[[Account, Mapping[str, str]], Awaitable[Fact]]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        balance_settled,
        frequency_changed,
        invoice_request_filed,
        licenses_removed,
        payment_method_linked,
    )
}


async def _linked_methods(account: Account) -> dict[str, str]:
    methods, subscriptions = await _methods_and_subscriptions(account)
    return {s.id: _fingerprint(methods.get(s.payment_method_id or "")) for s in subscriptions}


async def _methods_and_subscriptions(
    account: Account,
) -> tuple[dict[str, PaymentMethod], list[Subscription]]:
    methods, subscriptions = await asyncio.gather(
        account.client.payment_methods(account.customer),
        account.client.subscriptions(account.customer),
    )
    return {method.id: method for method in methods}, subscriptions


async def _license_counts(account: Account) -> dict[str, str]:
    subscriptions = await account.client.subscriptions(account.customer)
    return {each.id: str(each.licenses_bought or 0) for each in subscriptions}


async def _frequencies(account: Account) -> dict[str, str]:
    subscriptions = await account.client.subscriptions(account.customer)
    return {each.id: each.billing_frequency for each in subscriptions}


BEFORE: Mapping[str, Callable[[Account], Awaitable[dict[str, str]]]] = {
    "payment_method_linked": _linked_methods,
    "licenses_removed": _license_counts,
    "frequency_changed": _frequencies,
}


def _fingerprint(method: object) -> str:
    """Tells a payment method, and the same card with a new expiry date, apart."""
    expiry = getattr(method, "expires_on", None)
    return f"{getattr(method, 'id', '')}:{expiry or ''}"


def _differs(before: Mapping[str, str], key: str, value: str) -> bool:
    return key in before and before[key] != value

"""A visitor has chosen a time, has no account yet, and loses nothing on the way to one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from organisations.models import Person
from records.models import OutgoingMail
from tests.browser.conftest import assert_accessible
from tests.browser.test_booking_journey import address, fill_in, free_evening
from tests.make import PASSWORD
from tests.people.test_accounts import link_in

pytestmark = pytest.mark.usefixtures("fresh_city")


@pytest.fixture(autouse=True)
def _mail_goes_the_way_it_goes_in_service(settings):
    settings.EMAIL_BACKEND = "records.mail.OutboxBackend"


@pytest.mark.parametrize("width", [1280, 390])
def test_from_a_filled_form_over_sign_up_and_the_mail_back_to_it(visit, width):
    page = visit(address(free_evening(after=40)), width=width)
    main = page.locator("main")
    fill_in(page)
    page.get_by_role("button", name="Zaloguj się i sprawdź").click()
    main.locator(f"a[href^='{reverse('account_signup')}']").first.click()
    assert_accessible(page)
    main.locator("[name=full_name]").fill("Anna Nowa")
    main.locator("[name=email]").fill("anna.nowa@example.org")
    main.locator("[name=password1]").fill(PASSWORD)
    main.locator("form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('account_email_verification_sent')}")
    assert_accessible(page)

    page.goto(link_in(OutgoingMail.objects.latest("pk")))
    assert_accessible(page)
    main.locator("form button[type=submit]").click()
    expect(page.get_by_label("Czego dotyczy spotkanie")).to_have_value(
        "Warsztaty robienia na drutach"
    )
    assert Person.objects.get(email="anna.nowa@example.org").emailaddress_set.get().verified

"""My notifications: what happened, newest first; marking as read is a POST."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from organisations.models import Notification
from organisations.notify import mark_read, text_of, unread_count

_PER_PAGE = 30


@login_required
@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(request.user.notifications.all(), _PER_PAGE).get_page(request.GET.get("page"))
    rows = []
    for notification in page:
        subject, body = text_of(notification)
        rows.append({"notification": notification, "subject": subject, "body": body})
    context = {"page": page, "rows": rows, "waiting": unread_count(request.user)}
    return render(request, "organisations/notifications.html", context)


@login_required
@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and open the page it leads to."""
    notification = get_object_or_404(Notification, pk=pk, person=request.user)
    mark_read(request.user, [notification.pk])
    # Our own path, written by ourselves; never a foreign address.
    if notification.url.startswith("/") and not notification.url.startswith("//"):
        return redirect(notification.url)
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(request.user)
    return redirect("notifications")

"""The sign-in page in the product's look. The password, the session and the protection of the form stay FAB's."""

from typing import Any

from airflow.api_fastapi.app import get_cookie_path
from airflow.providers.fab.www.views import redirect
from flask import g, make_response, request
from flask_appbuilder import expose
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_login import login_user
from flask_wtf.csrf import generate_csrf

from media_ai_web.doors.pages import HEADERS, language_of, render


class SignInView(AuthDBView):  # type: ignore[misc]
    """/auth/login/"""

    @expose("/login/", methods=["GET", "POST"])  # type: ignore[untyped-decorator]
    def login(self) -> Any:
        """Show the form, or let somebody in; a wrong password is 401."""
        if g.user is not None and g.user.is_authenticated:
            return redirect(self.appbuilder.get_url_for_index)  # type: ignore[no-untyped-call]
        form = LoginForm_db()
        is_wrong = False
        if form.validate_on_submit():
            if user := self.appbuilder.sm.auth_user_db(form.username.data, form.password.data):
                login_user(user, remember=False)
                return redirect(get_safe_redirect(request.args.get("next", "")))  # type: ignore[no-untyped-call]
            is_wrong = True
        return _page(form, is_wrong=is_wrong)


def _page(form: LoginForm_db, *, is_wrong: bool) -> Any:
    from operators.members.house import provider_label

    language = language_of(request.args.get("lang", ""), request.headers.get("Accept-Language", ""))
    body = render(
        "sign_in",
        language=language,
        root=get_cookie_path(),
        csrf=generate_csrf(),
        username=form.username.data or "",
        problem="wrong" if is_wrong else "expired" if form.errors.get("csrf_token") else "",
        provider=provider_label(),
    )
    response = make_response(body, 401 if is_wrong else 400 if form.errors else 200)
    response.headers.update(HEADERS)
    return response

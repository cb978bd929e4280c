"""Forms about people: inviting them, taking up an invitation, ending a role."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from departments.forms.base import NameField, WordsForm
from departments.models import Department, Trust, User
from departments.rules import DEPARTMENT_ROLES, ROLE_MEANINGS, TRUST_ROLES, Role

OFFERED = (*DEPARTMENT_ROLES, *TRUST_ROLES)


class InvitationForm(WordsForm):
    """Offers the roles that a trust gives and the departments of one trust."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="The invitation goes there, and it is what they sign in with.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter the e-mail address of the person that you invite.",
            "invalid": "Enter an e-mail address in full, like name@nhs.net.",
        },
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in OFFERED],
        widget=forms.RadioSelect(
            attrs={"option-hints": {role.value: ROLE_MEANINGS[role] for role in OFFERED}},
        ),
        error_messages={"required": "Choose the role that they will have."},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Department, for a lead or a contributor",
        required=False,
        empty_label="No department: the role is over the whole trust",
        error_messages={"invalid_choice": "That is not a department of this trust. Choose again."},
    )
    mark_optional = False

    def __init__(self, *args: Any, trust: Trust, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(trust=trust)

    def clean(self) -> dict[str, Any]:
        role, department = self.cleaned_data.get("role"), self.cleaned_data.get("department")
        if role in DEPARTMENT_ROLES and department is None and "department" not in self.errors:
            self.add_error("department", f"Choose the department: a {Role(role).label.lower()} belongs to one.")
        if role in TRUST_ROLES and department is not None:
            words = "the role that you chose is over the whole trust."
            self.add_error("department", f"Choose “No department”: {words}")
        return self.cleaned_data


class JoinForm(WordsForm):
    """A name and a password for somebody who has no account yet, known by the address of the invitation."""

    name = NameField(
        label="Your name",
        help_text="As your colleagues and the assessor should see it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters. Three words that nobody would put together are good.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password."},
    )
    password_again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the same password again."},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.pop("password_again", None)
        if password and again and password != again:
            self.add_error("password_again", "The two passwords differ. Enter the same one again.")
        elif password:
            try:
                validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


class EndRoleForm(WordsForm):
    """Asks whoever would shut themselves out to say that they mean it."""

    own_role_is_meant = forms.BooleanField(
        label="I know that I can no longer keep this trust’s departments and people after this",
        error_messages={"required": "Tick the box if you mean to end your own role."},
    )

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_own:
            del self.fields["own_role_is_meant"]

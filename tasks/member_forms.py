"""Who is to hold which roles; parses and validates, and never saves."""

from __future__ import annotations

from typing import Any

from django import forms

from evalhub.models import Project, Role, User

ROLE_WORDS = {
    Role.EVALUATOR: "Evaluator: judges tasks",
    Role.REVIEWER: "Reviewer: audits judgments",
    Role.LEAD: "Lead: writes the rubric, answers flags",
    Role.MANAGER: "Manager: imports, exports, settings, members",
}


class RolesForm(forms.Form):
    """The roles of one member; none of them ends the membership."""

    roles = forms.MultipleChoiceField(
        choices=[(role.value, words) for role, words in ROLE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Roles",
    )

    @classmethod
    def of_member(cls, user: User, roles: list[Role]) -> RolesForm:
        """Return the form of a member, with ids of its own: the page has one for each."""
        return cls(initial={"roles": roles}, auto_id=f"member-{user.pk}-%s")

    def chosen(self) -> set[Role]:
        """Return the roles of a valid form."""
        return {Role(value) for value in self.cleaned_data["roles"]}


class NewMemberForm(RolesForm):
    """Somebody who has an account, and the first roles in the project."""

    who = forms.CharField(
        label="Username or e-mail address",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the username or the e-mail address of the person."},
    )

    field_order = ["who", "roles"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["roles"].required = True
        self.fields["roles"].error_messages["required"] = "Choose at least one role."

    def clean_who(self) -> User:
        """Return the one active person of that name or address who is not a member yet."""
        typed = self.cleaned_data["who"]
        found = User.objects.filter(is_active=True)
        people = list(found.filter(username__iexact=typed)) or list(
            found.filter(email__iexact=typed)[:2]
        )
        if not people:
            raise forms.ValidationError(
                "No account has this name or address. Ask the operator of the site to make one."
            )
        if len(people) > 1:
            raise forms.ValidationError("Several accounts have this address. Give the username.")
        if self.project.memberships.filter(user=people[0]).exists():
            raise forms.ValidationError(
                f"{people[0]} is a member already. Change the roles in the list."
            )
        return people[0]

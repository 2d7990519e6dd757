from django.urls import path

from accounts.views import attachment, deputies, first_sign_in, invitations, people, roles, suggestions, units

app_name = "accounts"

urlpatterns = [
    path("accounts/first/", first_sign_in.first_sign_in, name="first_sign_in"),
    path("accounts/first/sent/", first_sign_in.first_sign_in_sent, name="first_sign_in_sent"),
    path("people/", people.person_list, name="person_list"),
    path("people/me/edit/", people.profile_edit, name="profile_edit"),
    path("people/me/deputies/", deputies.deputy_list, name="deputy_list"),
    path("people/me/deputies/<int:pk>/withdraw/", deputies.deputy_withdraw, name="deputy_withdraw"),
    path("people/<slug:handle>/", people.person_detail, name="person_detail"),
    path("people/<slug:handle>/close/", people.account_close, name="account_close"),
    path("people/<slug:handle>/reopen/", people.account_reopen, name="account_reopen"),
    path("people/<slug:handle>/attachment/", attachment.person_attachment, name="person_attachment"),
    path("units/new/", units.unit_create, name="unit_create"),
    path("units/<slug:slug>/", units.unit_detail, name="unit_detail"),
    path("units/<slug:slug>/change/", units.unit_change, name="unit_change"),
    path("suggestions/people/", suggestions.person_suggestions, name="person_suggestions"),
    path("suggestions/units/", suggestions.unit_suggestions, name="unit_suggestions"),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/new/", invitations.invitation_create, name="invitation_create"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path("administration/roles/", roles.role_list, name="role_list"),
    path("administration/roles/grant/", roles.role_grant, name="role_grant"),
    path("administration/roles/<int:pk>/withdraw/", roles.role_withdraw, name="role_withdraw"),
    path("administration/roles/<int:pk>/restore/", roles.role_restore, name="role_restore"),
]

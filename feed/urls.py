from django.urls import path

from feed.views import comments, community, deletions, entries, history, menus, posts, reactions

app_name = "feed"

urlpatterns = [
    path("communities/<slug:slug>/posts/new/", posts.post_create, name="post_create"),
    path("communities/<slug:slug>/questions/", community.question_list, name="question_list"),
    path("communities/<slug:slug>/deletions/", deletions.community_deletions, name="community_deletions"),
    path("communities/<slug:slug>/read/", community.community_mark_read, name="mark_read"),
    path("entries/new/", entries.entries_new, name="entries_new"),
    path("entries/read/", community.mark_read_everywhere, name="mark_all_read"),
    path("audience/", posts.audience, name="audience"),
    path("posts/<int:pk>/", posts.post_detail, name="post_detail"),
    path("posts/<int:pk>/head/", posts.post_head, name="post_head"),
    path("posts/<int:pk>/changes/", posts.post_changes, name="post_changes"),
    path("posts/<int:pk>/menu/", menus.post_menu, name="post_menu"),
    path("posts/<int:pk>/edit/", posts.post_edit, name="post_edit"),
    path("posts/<int:pk>/delete/", posts.post_delete, name="post_delete"),
    path("posts/<int:pk>/restore/", posts.post_restore, name="post_restore"),
    path("posts/<int:pk>/pin/", posts.post_pin, name="post_pin"),
    path("posts/<int:pk>/history/", history.post_history, name="post_history"),
    path("posts/<int:pk>/history/restore/", history.post_restore_version, name="post_restore_version"),
    path("comments/on/<str:label>/<int:pk>/", comments.comment_create, name="comment_create"),
    path("comments/<int:pk>/", comments.comment_detail, name="comment_detail"),
    path("comments/<int:pk>/reply/", comments.comment_reply, name="comment_reply"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment_delete"),
    path("comments/<int:pk>/restore/", comments.comment_restore, name="comment_restore"),
    path("comments/<int:pk>/accept/", comments.comment_accept, name="comment_accept"),
    path("comments/<int:pk>/history/", history.comment_history, name="comment_history"),
    path("comments/<int:pk>/history/restore/", history.comment_restore_version, name="comment_restore_version"),
    path("reactions/<str:label>/<int:pk>/", reactions.reaction_set, name="reaction_set"),
    path("subscriptions/<str:label>/<int:pk>/", reactions.subscription_set, name="subscription_set"),
    path("deletions/", deletions.deletion_list, name="deletion_list"),
]

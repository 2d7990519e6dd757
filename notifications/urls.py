from django.urls import path

from notifications.views import notification

app_name = "notifications"

urlpatterns = [
    path("notifications/", notification.notification_list, name="notification_list"),
    path("notifications/badge/", notification.badge, name="badge"),
    path("notifications/news/", notification.notification_news, name="notification_news"),
    path("notifications/read/", notification.notification_read_all, name="notification_read_all"),
    path("notifications/<int:pk>/open/", notification.notification_open, name="notification_open"),
    path("notifications/<int:pk>/read/", notification.notification_read, name="notification_read"),
]

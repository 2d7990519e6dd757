from feed.models.comment import Comment
from feed.models.post import Post
from feed.models.reaction import Reaction
from feed.models.revision import Revision
from feed.models.subscription import Subscription

__all__ = ["Comment", "Post", "Reaction", "Revision", "Subscription"]

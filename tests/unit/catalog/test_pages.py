"""A card's reference page, and when it needs which permission."""

from penstock.catalog.card import Card
from penstock.catalog.needs import needed
from penstock.catalog.pages import card_page, index_page
from penstock.flows.reading import read_flow
from tests.holding import holding
from tests.unit.catalog.toy import registry

COPY = registry.card("toy.copy")
TARGET = "arn:aws:s3:::{target.bucket}/{target.key}"


def test_permissions_say_which_inputs_need_them() -> None:
    assert [
        (one.permission.action, one.permission.resource, one.always, one.inputs)
        for one in needed(COPY)
    ] == [
        ("s3:GetObject", "arn:aws:s3:::{source.bucket}/{source.key}", True, ()),
        ("s3:PutObject", TARGET, True, ()),
        (
            "s3:GetObjectVersion",
            "arn:aws:s3:::{source.bucket}/{source.key}",
            False,
            ("source.version_id",),
        ),
        ("s3:BypassGovernanceRetention", TARGET, False, ("bypass",)),
        ("s3:PutObjectTagging", TARGET, False, ("tags",)),
    ]


def test_a_page_says_all_of_a_card() -> None:
    page = card_page(COPY)
    for line in (
        "# Copy",
        "`toy.copy` · writes · needs a connection",
        "Copies an object.",
        "It may go to another bucket.",
        "| `source` | an object | **Required.** What is copied. |",
        "| `source.bucket` | text | **Required.** The bucket's name. |",
        "| `source.version_id` | text | Which version; the newest if it is left out. |",
        "| `storage` | `STANDARD` or `GLACIER` | How it is kept. Default: `STANDARD`. |",
        "| `bypass` | true or false | Go past governance retention. Default: `false`. |",
        "| `tags` | a list of objects | The copy's tags. |",
        "| `tags[].key` | text | **Required.** |",
        "| `copied_at` | a date-time | When. |",
        "| `content` | a file | What was copied. |",
        f"| `s3:BypassGovernanceRetention` | `{TARGET}` | with `bypass` |",
        f"| `s3:PutObjectTagging` | `{TARGET}` | with `tags`; without it it works less well |",
        "`CopyObject`",
    ):
        assert line in page.splitlines()


def test_a_page_leaves_out_what_there_is_not() -> None:
    page = card_page(registry.card("toy.say"))
    assert "## Permissions" not in page
    assert "## AWS operations" not in page
    assert "`toy.say` · computes only\n" in page


def test_a_page_says_what_cards_it_holds_and_what_they_see() -> None:
    page = card_page(holding.cards["holding.each"])
    assert (
        "## Cards inside\n\n### For each item\n\n"
        "`do` **Required.** What happens to each item. They may run more than once.\n" in page
    )
    assert "| `item` | anything | The item that is being worked on. |" in page
    page = card_page(holding.cards["holding.either"])
    assert page.index("### Then") < page.index("### Else")
    assert "by this card's id" not in page


def test_an_example_is_a_flow_s_card() -> None:
    page = card_page(COPY)
    code = page.split("```yaml\n")[1].split("```")[0]
    (use,) = read_flow("flow: a\n" + code).document.cards
    assert (use.id, use.card, use.connection) == ("copy", "toy.copy", "my-connection")
    assert use.inputs == COPY.examples[0].inputs


def test_the_index_has_every_card() -> None:
    cards: tuple[Card, ...] = tuple(registry.cards())
    assert "| [Copy](toy.copy.md) | `toy.copy` | writes | Copies an object. |" in index_page(cards)
    assert index_page(cards).count("](toy.") == 3

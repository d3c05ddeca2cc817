"""What is kept about flows besides their documents: folder, on or off, owner."""

from collections.abc import Callable, Sequence

from penstock.errors import FlowOff, InvalidInput, NotFound, Where
from penstock.flows.folders import as_spelt, checked_folder, is_within, moved
from penstock.flows.nearest import nearest, quoted
from penstock.flows.repository import FlowChange, FlowRepository, KeptFlow


class FlowOrganisation:
    """Flows where they stand.

    Args:
        known_user: a username as it is kept, or None if there is no such user.
    """

    def __init__(
        self, repository: FlowRepository, known_user: Callable[[str], str | None] = lambda _: None
    ) -> None:
        self._repository = repository
        self._known_user = known_user

    def kept(self, name: str) -> KeptFlow:
        """Raises NotFound."""
        found = self._repository.kept(name)
        if found is None:
            raise self._no_flow(name)
        return found

    def list(
        self,
        *,
        folder: str | None = None,
        enabled: bool | None = None,
        owner: str | None = None,
        connection: str | None = None,
    ) -> Sequence[KeptFlow]:
        """By name.

        Args:
            folder: only those in this folder, or in one inside it.
            connection: only those whose current version has a card with this nickname.

        Raises:
            InvalidInput: there can be no such folder.
        """
        within = checked_folder(folder or "").casefold()
        return [
            one
            for one in self._repository.all()
            if is_within(one.folder.casefold(), within)
            and enabled in (None, one.enabled)
            and (owner is None or owner.casefold() == (one.owner or "").casefold())
            and (connection is None or one.current.uses(connection))
        ]

    def change(self, name: str, change: FlowChange) -> KeptFlow:
        """The flow after the change. See `change_all`."""
        return self.change_all([name], change)[0]

    def change_all(self, names: Sequence[str], change: FlowChange) -> Sequence[KeptFlow]:
        """The flows after the change, by name: all are changed, or none.

        A folder that differs in case alone from one that other flows are in is that one.

        Raises:
            InvalidInput: there can be no such folder, or no flows are named.
            NotFound: a flow, or the new owner, is not there.
        """
        if not names:
            raise InvalidInput("No flow is named.", where=Where(field="flows"))
        if change.folder is not None:
            path = checked_folder(change.folder)
            others = (one.folder for one in self._repository.all() if one.flow not in names)
            change = change.model_copy(update={"folder": as_spelt(path, others)})
        if change.owner is not None:
            change = change.model_copy(update={"owner": self._user(change.owner)})
        for name in names:
            self.kept(name)
        return self._repository.change(dict.fromkeys(names, change))

    def move_folder(self, folder: str, to: str) -> Sequence[KeptFlow]:
        """Everything in a folder, and in those inside it, into another: also to rename it.

        All flows move, or none.

        Raises:
            NotFound: there is no flow in that folder.
            InvalidInput: it is the top, or one of the folders cannot be where it would be then.
        """
        path, target = checked_folder(folder), checked_folder(to)
        if not path:
            raise InvalidInput("The top cannot be moved.", where=Where(field="folder"))
        inside = [one for one in self._repository.all() if is_within(one.folder, path)]
        if not inside:
            raise NotFound(
                f"There is no folder {quoted(path)}.",
                hint="A folder is there as long as a flow is in it.",
                where=Where(field="folder"),
            )
        return self._repository.change(
            {
                one.flow: FlowChange(folder=checked_folder(moved(one.folder, path, target)))
                for one in inside
            }
        )

    def require_on(self, name: str) -> None:
        """Raises FlowOff if there is a flow of that name, and it is off."""
        found = self._repository.kept(name)
        if found is not None and not found.enabled:
            raise FlowOff(
                f"The flow {quoted(name)} is off: no run of it can be started.",
                hint=f"Turn it on in the list of flows, or with `penstock flows on {name}`.",
                where=Where(flow=name),
            )

    def _user(self, username: str) -> str:
        known = self._known_user(username)
        if known is None:
            raise NotFound(
                f"There is no user {quoted(username)}.",
                hint="`penstock users list` shows all users.",
                where=Where(field="owner"),
            )
        return known

    def _no_flow(self, name: str) -> NotFound:
        close = nearest(name, (one.flow for one in self._repository.all()))
        hint = f"Did you mean `{close}`?" if close else "`penstock flows list` shows all flows."
        return NotFound(f"There is no flow {quoted(name)}.", hint=hint)

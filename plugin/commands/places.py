"""`stoep places`: postcodes and where they lie."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from delivery.places import MOST_FAULTS_SHOWN, BadPlaces, Place, import_places, read_places
from delivery.store.engine import Session
from plugin.commands.operator import Operator, with_operator


@click.group()
def places() -> None:
    """Postcodes and where they lie, by which the nearest pick-up centre and origin are found."""


@places.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@with_operator
def import_files(operator: Operator, files: tuple[Path, ...]) -> None:
    """Import postcode files of GeoNames, such as NL.txt.

    Postcodes that are there already are replaced. When any line cannot be read, nothing at all is changed.
    The files are at https://download.geonames.org/export/zip/, under Creative Commons Attribution 4.0: give credit.
    """
    operator.need_migrated()
    found = _read(files)
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bar, console=Console(stderr=True)) as progress:
        task = progress.add_task("importing", total=len(found))

        def work(session: Session) -> int:
            progress.reset(task)
            return import_places(session, found, lambda count: progress.advance(task, count))

        kept = operator.database.write(work)
    click.echo(f"{kept} postcodes imported from {', '.join(file.name for file in files)}")


def _read(files: tuple[Path, ...]) -> list[Place]:
    found, faults, count = list[Place](), list[str](), 0
    for file in files:
        try:
            with file.open(encoding="utf-8") as lines:
                found += read_places(lines, str(file))
        except BadPlaces as error:
            faults += error.faults
            count += error.count
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{file} is not a text file in UTF-8; unpack it first if it is a zip") from error
        except OSError as error:
            raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    if count:
        click.echo("\n".join(faults[:MOST_FAULTS_SHOWN]), err=True)
        raise click.ClickException(f"{count} line{'' if count == 1 else 's'} could not be read; nothing was imported")
    return found

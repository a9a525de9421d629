using System.CommandLine;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map</c>: the maps of programs that a node has loaded.</summary>
internal static class MapCommand
{
    public static Command Create() => new("map", "List, dump, look up and change the maps of programs that a node has loaded")
    {
        MapListCommand.Create(),
        MapDumpCommand.Create(),
        MapLookupCommand.Create(),
        MapUpdateCommand.Create(),
        MapDeleteCommand.Create(),
    };
}

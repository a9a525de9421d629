using System.CommandLine;

namespace NearData.Cli.Commands;

/// <summary><c>neardata vm</c>: the machine by itself, without a node or datasets.</summary>
internal static class VmCommand
{
    public static Command Create() => new("vm", "The virtual machine by itself: no node, no datasets") { VmRunCommand.Create() };
}

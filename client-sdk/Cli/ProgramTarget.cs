using System.CommandLine;
using NearData.Client;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>A program that a running node has loaded, as users name it.</summary>
internal sealed class ProgramTarget
{
    /// <summary>Digits that say enough of an identifier or a tag; fewer are a slip.</summary>
    private const int FewestDigits = 4;

    private readonly Option<string> _node = new("--node") { Description = "The node's address, such as http://127.0.0.1:7420", Required = true };
    private readonly Argument<string> _program = new("program")
    {
        Description = "A loaded program: the start of its object's SHA-256, a tag, or the object's file, which is loaded where it isn't yet",
    };

    /// <summary>Adds argument and option to a command, the argument first.</summary>
    public T AddTo<T>(T command)
        where T : Command
    {
        command.Arguments.Insert(0, _program);
        command.Add(_node);
        return command;
    }

    /// <summary>Connects and finds the program; the caller disposes the client.</summary>
    /// <exception cref="CliException">The name is that of no program, or of several.</exception>
    public async Task<(NearDataClient Client, string ProgramId)> FindAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string name = parsed.GetRequiredValue(_program);
        byte[]? elf = File.Exists(name) ? await ProgramSource.ReadAsync(name, cancellation) : null;
        NearDataClient client = NodeTarget.Connect(parsed.GetRequiredValue(_node));
        try
        {
            return (client, elf is not null ? (await client.LoadAsync(elf, cancellationToken: cancellation)).Id : Find(name, await client.ListProgramsAsync(cancellation)));
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private static string Find(string name, IReadOnlyList<LoadedObject> loaded)
    {
        string[] found =
        [
            .. loaded.Where(it => name.Length >= FewestDigits && (Begins(it.ProgramId, name) || it.Programs.Any(run => Begins(run.Program.Tag, name) || Begins(run.Program.LegacyTag, name))))
                .Select(it => it.ProgramId),
        ];
        return found switch
        {
            [var only] => only,
            [] => throw new CliException($"'{name}' is neither a file nor the start of a loaded program's SHA-256 or tag; 'neardata programs' lists them."),
            _ => throw new CliException($"'{name}' could be {string.Join(" or ", found)}."),
        };
    }

    private static bool Begins(string whole, string start) => whole.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}

using System.CommandLine;
using NearData.Client;

namespace NearData.Cli;

/// <summary>The programs of an execution as a user names them: a file over a dataset, stages before it, and parameters.</summary>
internal sealed class StageArguments
{
    private readonly Argument<string> _file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
    private readonly Option<string> _dataset = new("--dataset") { Description = "The dataset to run over", Required = true };
    private readonly Option<string[]> _parameters = new("--param")
    {
        Description = "A parameter, name=value: a whole number, a date (1994-01-01), true or false; a number of floating point or text where the program has such a parameter. Repeatable",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _before = new("--before")
    {
        Description = "A stage that runs before, FILE:DATASET, whose groups the programs after it look up. Repeatable, in order",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_dataset);
        command.Add(_parameters);
        command.Add(_before);
        return command;
    }

    /// <summary>Reads the files, which takes no node.</summary>
    /// <exception cref="CliException">A file can't be had, or a stage or a parameter is written wrongly.</exception>
    public async Task<StageSources> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Dictionary<string, string> values = ParameterText.Split(parsed.GetRequiredValue(_parameters));
        List<(byte[] Elf, string Dataset)> sources = [];
        foreach (string stage in parsed.GetRequiredValue(_before).Append($"{parsed.GetRequiredValue(_file)}:{parsed.GetRequiredValue(_dataset)}"))
        {
            (string path, string over) = StageText.Split(stage);
            sources.Add((await ProgramSource.ReadAsync(path, cancellation), over));
        }

        return new StageSources(sources, values);
    }
}

/// <summary>Objects, what each runs over, and parameters by name.</summary>
internal sealed record StageSources(IReadOnlyList<(byte[] Elf, string Dataset)> Objects, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Loads all of them.</summary>
    /// <exception cref="CliException">A parameter is given that no program has, or a text is no value of its type.</exception>
    public async Task<LoadedStages> LoadAsync(NearDataClient node, CancellationToken cancellation)
    {
        List<LoadedProgram> programs = [];
        foreach ((byte[] elf, string over) in Objects)
        {
            programs.Add(await node.LoadAsync(elf, over, cancellation));
        }

        StageText.CheckParameters(Parameters.Keys, programs);
        return new LoadedStages(
            programs[^1],
            Objects[^1].Dataset,
            StageText.Of(programs[^1], Parameters),
            new ExecutionOptions
            {
                Before = [.. programs.SkipLast(1).Zip(Objects, (program, source) => new ExecutionStage(program, source.Dataset, StageText.Of(program, Parameters)))],
            });
    }
}

/// <summary>Programs at a node, ready to be run.</summary>
/// <param name="Last">The last stage's.</param>
/// <param name="Dataset">What it runs over.</param>
/// <param name="Parameters">Its.</param>
/// <param name="Options">With the stages before.</param>
internal sealed record LoadedStages(LoadedProgram Last, string Dataset, IReadOnlyDictionary<string, ParameterValue> Parameters, ExecutionOptions Options);

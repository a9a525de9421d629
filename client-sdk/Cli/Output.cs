using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>How results are shown.</summary>
internal enum OutputFormat
{
    /// <summary>Tables and sentences for a person.</summary>
    Text,

    /// <summary>One JSON document on standard output, for machines.</summary>
    Json,
}

/// <summary>Where a command's results and troubles go: results to standard output, everything else to standard error.</summary>
internal sealed class Output(OutputFormat format)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public OutputFormat Format { get; } = format;

    /// <summary>Standard output, for text.</summary>
    public IAnsiConsole Console { get; } = Create(System.Console.Out, System.Console.IsOutputRedirected);

    /// <summary>Standard error, for progress and complaints.</summary>
    public IAnsiConsole Side { get; } = Create(System.Console.Error, System.Console.IsErrorRedirected);

    /// <summary>Shows a result: as it is for machines, or through <paramref name="asText"/> for a person.</summary>
    public void Show<T>(T result, Action<IAnsiConsole, T> asText)
    {
        if (Format == OutputFormat.Json)
        {
            System.Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));
        }
        else
        {
            asText(Console, result);
        }
    }

    /// <summary>Writes one of many JSON documents, on a line of its own.</summary>
    public static void WriteJsonLine<T>(T result) => System.Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));

    /// <summary>Writes a part of a result that is too long to be held, in the command's own format.</summary>
    public static void Write(string text) => System.Console.Out.Write(text);

    /// <summary>Says why a command failed.</summary>
    public void Complain(string code, string message)
    {
        if (Format == OutputFormat.Json)
        {
            System.Console.Error.WriteLine(JsonSerializer.Serialize(new { error = code, message }, JsonOptions));
        }
        else
        {
            Side.MarkupLineInterpolated($"[red]{code}:[/] {message}");
        }
    }

    public static Table Table(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static IAnsiConsole Create(TextWriter writer, bool isPipe)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isPipe ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPipe ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isPipe)
        {
            // Nobody's window is narrow there: long lines stay whole.
            console.Profile.Width = 1000;
        }

        return console;
    }
}

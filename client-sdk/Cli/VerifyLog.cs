using System.Text.Json;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;

namespace NearData.Cli;

/// <summary>
/// Prints the full log of a verification to standard error as it goes, so that no log is too long to be kept: lines of text, or one
/// JSON object a line.
/// </summary>
internal static class VerifyLog
{
    private static readonly JsonSerializerOptions JsonOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Write(Program program, OutputFormat format)
    {
        using StreamWriter writer = new(Console.OpenStandardError());
        try
        {
            ProgramVerifier.Log(program, entry => writer.WriteLine(
                format == OutputFormat.Json ? JsonSerializer.Serialize(new { program = program.Name, look = entry }, JsonOptions) : Line(entry)));
        }
        catch (ProgramRejectedException rejected)
        {
            writer.WriteLine(format == OutputFormat.Json
                ? JsonSerializer.Serialize(new { program = program.Name, rejected = rejected.Code.ToString(), rejected.Message }, JsonOptions)
                : $"{rejected.Code}: {rejected.Message}");
        }
    }

    private static string Line(LogEntry entry)
    {
        string indent = new(' ', entry.Depth * 2);
        string known = string.Join(", ", entry.Before.Select(value => $"{value.Name} = {value.Value}"));
        return $"{indent}{entry.Instruction,5}: {entry.Text}  ; {known}";
    }
}

using System.Text.Json;
using NearData.Isa.Objects.Btf.Values;

namespace NearData.Cli;

/// <summary>Prints a trace as it comes: lines for people, or a JSON document on each line.</summary>
internal sealed class TracePrinter(Output output)
{
    /// <summary>Begins a run.</summary>
    public void Begin(ulong? row, string program)
    {
        if (output.Format == OutputFormat.Text)
        {
            Line(row is null ? program : $"row {row} {program}");
        }
    }

    public void Step(TraceRow step)
    {
        if (output.Format == OutputFormat.Json)
        {
            Output.WriteJsonLine(step);
            return;
        }

        if (step.Source is not null)
        {
            Line(step.Source);
        }

        Line(step.ToText());
    }

    /// <summary>Ends a run.</summary>
    public void Return(ulong? row, string program, ulong result, ulong stepsLeftOut)
    {
        if (output.Format == OutputFormat.Json)
        {
            Output.WriteJsonLine(new { row, program, returned = $"0x{result:x}", steps_left_out = stepsLeftOut });
            return;
        }

        string more = stepsLeftOut == 0 ? "" : $", and {stepsLeftOut} more instructions";
        Line($"  returned 0x{result:x}{more}");
    }

    /// <summary>A text that the program traced.</summary>
    public void Text(string text)
    {
        if (output.Format == OutputFormat.Json)
        {
            Output.WriteJsonLine(new { text });
        }
        else
        {
            Line($"  printed: {text}");
        }
    }

    /// <summary>A record that the program sent through a map.</summary>
    public void Record(string map, BtfValue value)
    {
        if (output.Format == OutputFormat.Json)
        {
            Output.WriteJsonLine(new { map, record = BtfValueText.ToJson(value) });
        }
        else
        {
            Line($"  sent through {map}: {value}");
        }
    }

    private static void Line(string text) => Output.Write(text + "\n");
}

using System.Globalization;
using NearData.Vm.Introspection;

namespace NearData.Cli;

/// <summary>A step of a trace, the same whether the program ran here or at a node.</summary>
/// <param name="Row">The record's number in its dataset; null where there is none.</param>
/// <param name="Program">The program that runs.</param>
/// <param name="Function">The function that the instruction is in.</param>
/// <param name="Depth">Functions that are active.</param>
/// <param name="Slot">The instruction.</param>
/// <param name="Text">As <c>disasm</c> prints it.</param>
/// <param name="Source">File, line and text where a line begins; null otherwise.</param>
/// <param name="Reads">Registers that it read, as they were before.</param>
/// <param name="Writes">Registers that it wrote, as they were afterwards.</param>
/// <param name="Access">Memory that it touched; null for none.</param>
internal sealed record TraceRow(
    ulong? Row,
    string Program,
    string Function,
    int Depth,
    int Slot,
    string Text,
    string? Source,
    TraceRow.RegisterRow[] Reads,
    TraceRow.RegisterRow[] Writes,
    TraceRow.AccessRow? Access)
{
    public static TraceRow Of(TraceStep step, StepText text) => new(
        null,
        step.Program.Name,
        text.Function,
        step.Depth,
        step.Slot,
        text.Instruction,
        text.Source,
        [.. step.Reads.Select(it => RegisterRow.Of(it.Register.Number, it.Value, it.Meaning))],
        [.. step.Writes.Select(it => RegisterRow.Of(it.Register.Number, it.Value, it.Meaning))],
        step.Access is { } access ? new AccessRow(access.Place, access.IsStore ? "store" : "load", access.Size, access.Value) : null);

    public static TraceRow Of(Contracts.V1.TraceEvent run, Contracts.V1.TraceStep step) => new(
        run.Row,
        run.Program,
        step.Function,
        (int)step.Depth,
        (int)step.Slot,
        step.Text,
        step.Source.Length == 0 ? null : step.Source,
        [.. step.Reads.Select(it => RegisterRow.Of((byte)it.Register, it.Value, it.Meaning.Length == 0 ? null : it.Meaning))],
        [.. step.Writes.Select(it => RegisterRow.Of((byte)it.Register, it.Value, it.Meaning.Length == 0 ? null : it.Meaning))],
        step.Access is { } access ? new AccessRow(access.Place, access.IsStore ? "store" : "load", (int)access.Size, access.Value) : null);

    /// <summary>A line for people: the instruction, what it read, what it wrote, and the memory that it touched.</summary>
    public string ToText()
    {
        string registers = string.Join(' ', Reads.Select(it => it.ToText()));
        string written = Writes.Length == 0 ? "" : $" -> {string.Join(' ', Writes.Select(it => it.ToText()))}";
        string access = Access is null ? "" : $"   {Access.Place} {(Access.Kind == "store" ? ":=" : "=")} {Access.Value}";
        return string.Create(CultureInfo.InvariantCulture, $"{Slot,5}: {new string(' ', 2 * (Depth - 1))}{Text,-36} {registers}{written}{access}").TrimEnd();
    }

    /// <param name="Register">Such as <c>r1</c>.</param>
    /// <param name="Value">Its bits, in hexadecimal.</param>
    /// <param name="Meaning">What it points to; null for a number.</param>
    internal sealed record RegisterRow(string Register, string Value, string? Meaning)
    {
        private ulong Bits { get; init; }

        public static RegisterRow Of(byte register, ulong value, string? meaning) => new($"r{register}", $"0x{value:x}", meaning) { Bits = value };

        public string ToText() => $"{Register}={Meaning ?? TraceText.Number(Bits)}";
    }

    /// <param name="Place">By the names of rows, maps, variables and members.</param>
    /// <param name="Kind"><c>load</c> or <c>store</c>.</param>
    /// <param name="Size">Bytes.</param>
    /// <param name="Value">What is there afterwards, as its type means it.</param>
    internal sealed record AccessRow(string Place, string Kind, int Size, string Value);
}

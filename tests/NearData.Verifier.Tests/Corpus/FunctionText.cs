using System.Collections.Immutable;
using System.Globalization;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Verifier.Tests.Corpus;

/// <summary>
/// Functions as cases state them, in the order in which they lie behind the program: <c>static</c>, or of a global one its arguments and
/// whether it returns a number, such as <c>(number, context, memory 16, memory 8 or null) number</c>.
/// </summary>
internal static class FunctionText
{
    /// <summary>How many functions a program calls or takes the address of.</summary>
    public static int Count(Program program) => Starts(program.Code).Length - 1;

    /// <summary>The program with its functions told.</summary>
    public static Program Declare(Program program, IReadOnlyList<string> functions)
    {
        int[] starts = Starts(program.Code);
        Assert.Equal(starts.Length - 1, functions.Count);
        return program with
        {
            Functions = [.. starts.Select((start, index) =>
            {
                int limit = index + 1 < starts.Length ? starts[index + 1] : program.Code.Length;
                FunctionPrototype? prototype = index == 0 || functions[index - 1] == "static" ? null : Read(functions[index - 1]);
                return new ProgramFunction($"f{index}", start, limit - start, prototype is null ? FunctionLinkage.Static : FunctionLinkage.Global, Prototype: prototype);
            })],
        };
    }

    private static FunctionPrototype Read(string text)
    {
        int end = text.IndexOf(')', StringComparison.Ordinal);
        string[] arguments = text[1..end].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new([.. arguments.Select(ReadArgument)], text[(end + 1)..].Trim() == "number");
    }

    private static FunctionArgument ReadArgument(string text) => text.Split(' ') switch
    {
        ["number"] => new(FunctionArgumentKind.Number),
        ["context"] => new(FunctionArgumentKind.Context),
        ["struct", var name, var size] => new(FunctionArgumentKind.MemoryOrNull, int.Parse(size, CultureInfo.InvariantCulture), name),
        ["memory", var size] => new(FunctionArgumentKind.Memory, int.Parse(size, CultureInfo.InvariantCulture)),
        ["memory", var size, "or", "null"] => new(FunctionArgumentKind.MemoryOrNull, int.Parse(size, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"`{text}` is no argument."),
    };

    private static int[] Starts(ImmutableArray<Instruction> code)
    {
        SortedSet<int> starts = [0];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            bool isCall = code[slot].IsCall && (CallKind)code[slot].Source.Number == CallKind.Local;
            if (isCall || code[slot] is { IsWide: true, WideKind: WideImmediateKind.Function })
            {
                starts.Add(slot + 1 + code[slot].Immediate);
            }
        }

        return [.. starts];
    }
}

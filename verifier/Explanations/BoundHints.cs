using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>What to compare, where bounds aren't proven.</summary>
internal static class BoundHints
{
    public static string? Outside(HintSubject subject) => subject.Value switch
    {
        Value.Pointer { Region.Kind: RegionKind.PacketEnd } => "read in front of `data_end` only: compare `data` plus as many bytes as are read with it",
        Value.Pointer { Region.IsPacket: true } pointer => Packet(subject, pointer),
        Value.Pointer { Region.Kind: RegionKind.Stack } => $"the stack has {StackFrame.Size} bytes, below its frame pointer: {Index("the array's length")}",
        Value.Pointer { Region.Kind: RegionKind.Text } pointer => Text(subject, pointer),
        Value.Pointer pointer when Length(subject, pointer) is { } length => pointer.Offset.IsConstant
            ? $"there are {length.Bytes} bytes in {length.Name}; check the type that the pointer is cast to"
            : $"there are {length.Bytes} bytes in {length.Name}: {Index($"{length.Bytes / subject.Size}")}",
        _ => null,
    };

    public static string? Arithmetic(HintSubject subject)
    {
        Instruction instruction = subject.Instruction;
        bool moves = instruction.Opcode.IsArithmetic && instruction.Opcode.AluOperation is AluOperation.Add or AluOperation.Subtract
            && instruction.Opcode.Class == InstructionClass.Alu64;
        return moves ? $"{Index("the array's length")}; where the index can be negative, also `if (i < 0) return 0;` or an unsigned type"
            : "only + and - work on pointers, in 64 bits; keep numbers in variables of their own";
    }

    public static string? Argument(HintSubject subject)
    {
        if (subject.Helper is not { } helper || subject.Rejection.Subject is not { } register)
        {
            return null;
        }

        int argument = register - Register.R1;
        ArgumentKind kind = argument >= 0 && argument < helper.Arguments.Length ? helper.Arguments[argument] : ArgumentKind.Scalar;
        return kind switch
        {
            ArgumentKind.Size or ArgumentKind.SizeOrZero =>
                $"bound the size before the call of {helper.Name}: `if (n == 0 || n > sizeof(buffer)) return 0;`, with an unsigned n",
            ArgumentKind.ConstantScalar => $"give {helper.Name} a constant size, such as sizeof of the record's struct",
            ArgumentKind.Map => $"give {helper.Name} the address of a map of `SEC(\".maps\")`{Types(helper)}",
            ArgumentKind.ConstantText => "give it a string literal (`static const char text[] = \"...\"`)",
            ArgumentKind.Context => $"give {helper.Name} the program's own argument, unchanged",
            ArgumentKind.Callback => $"give {helper.Name} a static function of this program by name",
            ArgumentKind.CallbackContext => $"give {helper.Name} the address of a local variable, or NULL",
            ArgumentKind.RingRecord => $"give {helper.Name} exactly what bpf_ringbuf_reserve returned, behind `if (record)`",
            ArgumentKind.Result when helper.Update is { } update =>
                $"give {helper.Name} the address of one field of `SEC(\".bss.results\")` with ND_{update.Merge.ToString().ToUpperInvariant()} and of its type, such as `&result.f`",
            ArgumentKind.Scalar => $"give {helper.Name} a number as argument {argument + 1}",
            _ => $"give {helper.Name} the address of a local variable as argument {argument + 1}, which is filled before the call",
        };
    }

    private static string Text(HintSubject subject, Value.Pointer pointer)
    {
        string name = subject.Program.Row.Fields[pointer.Region.Index].Name;
        return subject.IsCall
            ? $"give the text with its own length: `{name}.data` and `{name}.len`, or behind a comparison of the length as many bytes as it proves"
            : $"compare the length first: `if ({name}.len > i)` with a constant i, before `{name}.data[i]`";
    }

    private static string Packet(HintSubject subject, Value.Pointer pointer)
    {
        (string name, string end) = pointer.Region.Kind == RegionKind.Packet ? ("data", "data_end") : ("data_meta", "data");
        if (pointer.Offset.Whole.Signed.Minimum + Displacement(subject) < 0)
        {
            return $"read from `{name}` on; what lies in front of it is reached after bpf_xdp_adjust_head or bpf_xdp_adjust_meta";
        }

        int bytes = Displacement(subject) + (Filled(subject) ?? subject.Size);
        string what = subject.IsCall ? "call" : subject.Instruction.Opcode.Class == InstructionClass.LoadX ? "load" : "store";
        return pointer.Offset.IsConstant
            ? $"compare `{name} + {(long)pointer.Offset.Number + bytes}` with `{end}` before this {what}: `if ({name} + {(long)pointer.Offset.Number + bytes} > {end}) return ...;`"
            : $"compare the pointer itself plus {bytes} with `{end}` before this {what}, after the variable offset was added: `if (pointer + {bytes} > {end}) return ...;`";
    }

    private static int Displacement(HintSubject subject) => subject.IsCall ? 0 : subject.Instruction.Offset;

    /// <summary>The bytes that a helper is told to read or fill.</summary>
    private static int? Filled(HintSubject subject) => subject.Helper is { } helper && subject.State is { } state && subject.Rejection.Subject is { } register
        ? HelperArguments.Size(new ProgramEnvironment(subject.Program), helper, register - Register.R1, state)
        : null;

    private static (int Bytes, string Name)? Length(HintSubject subject, Value.Pointer pointer) => pointer.Region.Kind switch
    {
        RegionKind.Memory => subject.Program.Context is ProgramContext.Memory memory ? (memory.Length, "the memory") : null,
        RegionKind.Record => (pointer.Region.Length, "the record"),
        RegionKind.Slice => (pointer.Region.Length, "what bpf_dynptr_data was asked for"),
        RegionKind.Argument => (pointer.Region.Length, "what the argument leads to"),
        _ => subject.Map(pointer.Region) is { } map ? (pointer.Region.Kind == RegionKind.MapKey ? map.KeySize : map.ValueSize, $"map {map.Name}'s {(pointer.Region.Kind == RegionKind.MapKey ? "keys" : "values")}") : null,
    };

    private static string Index(string length) => $"bound the index before it is used: `if (i >= {length}) return 0;`";

    private static string Types(HelperSignature helper) => helper.MapTypes.IsDefaultOrEmpty ? "" : $", of type {string.Join(" or ", helper.MapTypes)}";
}

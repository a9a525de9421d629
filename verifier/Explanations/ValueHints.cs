using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>What to do about registers that hold nothing that may be read.</summary>
internal static class UnusableHints
{
    public static string? Of(HintSubject subject) => (subject.Value as Value.Unusable)?.Loss switch
    {
        Loss.PacketMoved => "load `data` and `data_end` from the context again behind the call, and compare them again",
        Loss.GivenBack => "use the record before it is submitted or discarded, not behind",
        Loss.OverwrittenByCall => "copy the value into a variable of its own before the call; in assembler into r6 to r9",
        Loss.DiffersByPath => "let the variable hold a pointer of one kind, or a number, on all paths that come here",
        Loss.NoAnswer => "don't use the helper's answer; it has none",
        Loss.NotHandedOver => "hand it over as an argument; a function gets r1 to r5 only",
        _ => "give the variable a value where it is declared, and return a value on every path",
    };
}

/// <summary>What to compare with NULL.</summary>
internal static class NullHints
{
    public static string? Of(HintSubject subject) => subject.Value is Value.OrNull { Target: var target }
        ? target switch
        {
            Value.Pointer { Region.Kind: RegionKind.Record } => "bpf_ringbuf_reserve returns NULL where there is no room: check `if (!record) return 0;` before this line",
            Value.Pointer { Region.Kind: RegionKind.Slice } => "bpf_dynptr_data returns NULL where the slice has fewer bytes: check `if (!data) return 0;` before this line",
            Value.Pointer pointer when subject.Map(pointer.Region) is { } map =>
                $"a lookup in `{map.Name}` returns NULL where there is no such key: check `if (!value) return 0;` between the lookup and this line",
            _ => "the call returns NULL where nothing was found: check `if (!value) return 0;` before this line",
        }
        : null;
}

/// <summary>What to store and return instead of addresses.</summary>
internal static class LeakHints
{
    public static string? Of(HintSubject subject) => subject.Instruction switch
    {
        { IsExit: true } => "return a number; read through the pointer what is to be told",
        { IsCall: true } when subject.Helper is null => "let the caller declare the variable and hand its address over; a function's own variables end with it",
        { IsCall: true } => "the bytes that the helper is given hold a pointer; give it numbers",
        _ when subject.Value is Value.Pointer { Region.Kind: RegionKind.Stack } && subject.Instruction.Opcode.Class == InstructionClass.LoadX =>
            "load the stored pointer as a whole, into a variable of pointer type",
        _ => "store what the pointer leads to, or an index; pointers are kept in local variables only",
    };
}

/// <summary>What to give back.</summary>
internal static class ReferenceHints
{
    public static string? Unreleased(HintSubject subject) =>
        $"call {RecordHelpers.Submit.Name}(record, 0) or {RecordHelpers.Discard.Name}(record, 0) on this path before it {(subject.Helper is null ? "ends" : $"calls {subject.Helper.Name}")}";
}

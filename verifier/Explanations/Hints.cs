using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>What an author can do about a rejection, in the words of their source. A table by code.</summary>
internal static class Hints
{
    private static readonly Dictionary<RejectionCode, Func<HintSubject, string?>> ByCode = new()
    {
        [RejectionCode.TooLong] = _ => "let loops loop (`#pragma clang loop unroll(disable)`) and functions be called (`__attribute__((noinline))`), or go on in another program by a tail call",
        [RejectionCode.UndefinedInstruction] = _ => "compile for an instruction set of RFC 9669: clang -target bpf -mcpu=v1 to v4",
        [RejectionCode.TooComplex] = _ => "give the loop a smaller bound, or write it as `bpf_loop(count, body, &context, 0)`, whose body is looked at once for all turns; functions that call others again and again are looked at once where they aren't static, and fit for all arguments",
        [RejectionCode.UnboundedLoop] = _ => "count the turns up to a constant: `for (int i = 0; i < 64; i++) { if (done) break; ... }`; or use bpf_loop, or `while (... && can_loop)`",
        [RejectionCode.FallsOffEnd] = _ => "return a value on every path; a compiler also leaves the end away behind what is undefined in C, such as a variable without a value",
        [RejectionCode.JumpsOut] = _ => "call the function instead",
        [RejectionCode.CallbackResult] = _ => "end the callback with `return 0;` to go on or `return 1;` to stop",
        [RejectionCode.UnreleasedReference] = ReferenceHints.Unreleased,
        [RejectionCode.LockHeld] = _ => "call bpf_spin_unlock before this line, and on every path to it; between the two are loads and stores only",
        [RejectionCode.LockNotHeld] = _ => "give bpf_spin_unlock the lock of the same lookup's answer that bpf_spin_lock was given",
        [RejectionCode.LockAccess] = _ => "leave the field of type struct bpf_spin_lock alone; copy the value's other fields one by one",
        [RejectionCode.Recursion] = _ => "write it as a loop, with what it has to remember in an array of constant size",
        [RejectionCode.CallDepth] = _ => "make one of the functions `static __always_inline`",
        [RejectionCode.BtfCall] = _ => "call a helper of docs/helpers.md; functions of the kernel (`__ksym`) aren't there",
        [RejectionCode.IndirectCall] = _ => "call functions by name; a `switch` can choose among them",
        [RejectionCode.LegacyPacketLoad] = _ => "read through `data` and `data_end`, or by bpf_skb_load_bytes",
        [RejectionCode.UnsupportedWideLoad] = _ => "get values of the map by bpf_map_lookup_elem",
        [RejectionCode.ShiftTooFar] = _ => "shift by less than the type has bits, in a wider type if need be",
        [RejectionCode.UnusableRegister] = UnusableHints.Of,
        [RejectionCode.NotAnAddress] = subject => subject.Value is Value.Number
            ? "read through a pointer that the program was given: the row or context, a lookup's answer, `data`, or the address of a variable; numbers can't be made addresses"
            : "read a map's values through bpf_map_lookup_elem",
        [RejectionCode.NullAddress] = NullHints.Of,
        [RejectionCode.PointerArithmetic] = BoundHints.Arithmetic,
        [RejectionCode.PointerComparison] = _ => "compare pointers with NULL only, and `data` with `data_end`; compare what they point to otherwise",
        [RejectionCode.PointerLeak] = LeakHints.Of,
        [RejectionCode.VariableOffset] = subject => subject.Value is Value.Pointer { Region.Kind: RegionKind.Row or RegionKind.Context }
            ? "name each field by itself; choose among their values with `if` or `switch`, not with an index"
            : "leave `data_end` as it is, and move the pointer that is compared with it",
        [RejectionCode.OutOfBounds] = BoundHints.Outside,
        [RejectionCode.UnwrittenStack] = _ => "give the variable a value where it is declared (`= {}`); of a struct with gaps set all bytes by __builtin_memset",
        [RejectionCode.DifferentPlaces] = _ => "name each field by itself, or have the loop unrolled (`#pragma unroll`) and the function inlined (`static __always_inline`)",
        [RejectionCode.NoSuchField] = FieldHints.NoSuchField,
        [RejectionCode.ReadOnly] = subject => subject.IsCall ? "choose a map that programs may write (without BPF_F_RDONLY_PROG)" : "copy it into a variable and change that",
        [RejectionCode.WriteOnly] = _ => "choose a map that programs may read (without BPF_F_WRONLY_PROG)",
        [RejectionCode.SideEffect] = _ => "keep what is to be told in a field of `SEC(\".bss.results\")` with its merge (ND_SUM, ND_MIN, ...), and change it in `SEC(\"reduce\")` only",
        [RejectionCode.Misaligned] = _ => "give the variable the alignment of its size: `__attribute__((aligned(8)))`, and no `packed`",
        [RejectionCode.UnknownMap] = _ => "declare the map in `SEC(\".maps\")`",
        [RejectionCode.UnknownHelper] = _ => "call a helper of docs/helpers.md",
        [RejectionCode.ImpureHelper] = _ => "bind it as a parameter instead: `const volatile` in the source, set at each execution",
        [RejectionCode.HelperKind] = _ => "leave the call away, or put the program in a section of a kind that may make it (docs/helpers.md)",
        [RejectionCode.HelperArgument] = BoundHints.Argument,
        [RejectionCode.ResultAccess] = FieldHints.Results,
        [RejectionCode.ResultUpdate] = FieldHints.Update,
        [RejectionCode.ResultInfluence] = _ => "compute from the record and parameters alone; use a result only in its own update, such as `result.f += e` or `if (e < result.f) result.f = e`",
    };

    /// <summary>Codes whose message says all there is: the program's maker and not its author is to change it.</summary>
    public static IReadOnlySet<RejectionCode> WithoutHint { get; } = new HashSet<RejectionCode> { RejectionCode.InvalidProgram };

    /// <param name="rejection">The rejection.</param>
    /// <param name="program">The program.</param>
    /// <param name="state">What was known before its instruction; null for what is wrong with the program as a whole.</param>
    /// <returns>A sentence without its full stop; null where there is nothing to add to the message.</returns>
    public static string? Of(Rejection rejection, Program program, MachineState? state) =>
        ByCode.GetValueOrDefault(rejection.Code)?.Invoke(new HintSubject(rejection, program, state));
}

/// <summary>What a hint is made from.</summary>
internal sealed record HintSubject(Rejection Rejection, Program Program, MachineState? State)
{
    public Instruction Instruction => Rejection.Instruction < Program.Code.Length ? Program.Code[Rejection.Instruction] : default;

    public bool IsCall => Instruction.IsCall;

    /// <summary>What the register holds that the rejection is about.</summary>
    public Value? Value => Rejection.Subject is { } register ? State?[register] : null;

    public HelperSignature? Helper => IsCall ? HelperTable.Find(Instruction.Immediate) : null;

    /// <summary>The bytes that the instruction touches.</summary>
    public int Size => Instruction.Opcode.IsMemory ? Instruction.Opcode.Size.Bytes() : 1;

    public MapDefinition? Map(Region region) => region.Kind switch
    {
        RegionKind.MapValue or RegionKind.MapKey or RegionKind.GroupValue => Program.Maps[region.Index],
        RegionKind.InnerMapValue => Program.Maps[region.Index].Inner,
        _ => null,
    };
}

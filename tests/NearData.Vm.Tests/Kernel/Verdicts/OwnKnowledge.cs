using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Rejections;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>
/// What our verifier knows and the kernel's doesn't: each class with a change that takes the knowledge away. A program that is taken
/// because of it is refused after the change.
/// </summary>
internal static class OwnKnowledge
{
    private static readonly ImmutableArray<(string Class, Func<Instruction, Instruction> Forget)> Classes =
    [
        ("equality with the packet's end", WithoutEquality),
        ("quotients", WithoutQuotient),
        ("32-bit shifts", WithoutShift),
        ("distant offsets", WithoutDistance),
    ];

    /// <summary>The class of programs that are refused only without all of these.</summary>
    private const string Several = "several of these";

    /// <summary>The class of programs that rely on the packet's start being where it was when it was loaded before.</summary>
    private const string Reload = "the packet's start loaded again";

    /// <summary>Names of the classes, as in docs/verifier.md.</summary>
    public static IEnumerable<string> Explained => [.. Classes.Select(known => known.Class), Several, Reload];

    /// <summary>The class without whose knowledge a program that is taken would be refused, or null.</summary>
    /// <param name="program">The program.</param>
    /// <param name="log">What the kernel says of it.</param>
    public static string? Of(Program program, string log) =>
        Classes.FirstOrDefault(known => IsRefused(program, known.Forget)).Class
            ?? (IsRefused(program, slot => Classes.Aggregate(slot, (left, known) => known.Forget(left))) ? Several : null)
            ?? (log.Contains("invalid access to packet", StringComparison.Ordinal) && ReliesOnReloads(program) ? Reload : null);

    private static bool IsRefused(Program program, Func<Instruction, Instruction> forget) =>
        !ProgramVerifier.TryVerify(program with { Code = [.. program.Code.Select(forget)] }, out _, out _);

    /// <summary>Whether bytes of the packet are no longer proven to be there once each load of its start leads to a place of its own.</summary>
    private static bool ReliesOnReloads(Program program)
    {
        if (PacketReloads.Of(ProgramVerifier.Verify(program)) is not { } reloads)
        {
            return false;
        }

        HashSet<int> free = [];
        while (true)
        {
            (Program changed, ImmutableArray<int> places) = reloads.Forget(load => !free.Contains(load));
            if (ProgramVerifier.TryVerify(changed, out _, out Rejection? rejection))
            {
                return false;
            }

            // The spare register of a load holds nothing that may be kept: it is free there.
            int load = places.IndexOf(rejection.Instruction);
            if (rejection.Code != RejectionCode.UnusableRegister || load < 0 || !free.Add(load))
            {
                return rejection.Code == RejectionCode.OutOfBounds;
            }
        }
    }

    // Comparing a register with itself says nothing. A comparison of packet addresses for order is as little allowed then as before.
    private static Instruction WithoutEquality(Instruction slot) =>
        slot.IsConditionalJump && slot.Opcode.UsesSourceRegister && slot.Opcode.JumpOperation is JumpOperation.Equal or JumpOperation.NotEqual
            ? slot with { Opcode = Opcode.Jump(slot.Opcode.Class, JumpOperation.SignedGreater, fromRegister: true), Source = slot.Destination }
            : slot;

    // Nothing is known of the square of an unknown number, in the width that the operation has.
    private static Instruction WithoutQuotient(Instruction slot) =>
        slot.Opcode.IsArithmetic && slot.Opcode.AluOperation is AluOperation.Divide or AluOperation.Modulo
            ? new Instruction(Opcode.Arithmetic(slot.Opcode.Class, AluOperation.Multiply, fromRegister: true), slot.Destination, slot.Destination, 0, 0)
            : slot;

    // The kernel takes such a shift to leave anything in the upper half.
    private static Instruction WithoutShift(Instruction slot) =>
        slot.Opcode is { Class: InstructionClass.Alu, IsArithmetic: true, UsesSourceRegister: true }
            && slot.Opcode.AluOperation is AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight
            ? Instruction.Alu64(AluOperation.Multiply, slot.Destination, slot.Destination)
            : slot;

    // A packet is never so long; the kernel learns nothing of such a comparison, where we learn that it can't come out this way.
    private static Instruction WithoutDistance(Instruction slot) =>
        slot.Opcode == Opcode.Arithmetic(InstructionClass.Alu64, AluOperation.Add, fromRegister: false) && slot.Immediate > ushort.MaxValue
            ? slot with { Immediate = 0 }
            : slot;
}

using NearData.Isa;

namespace NearData.Vm.Interpretation;

/// <summary>Conditions of jumps (RFC 9669, 4.3), as pure functions.</summary>
internal static class Comparison
{
    /// <summary>Whether the jump is taken, or null where its operation is not defined.</summary>
    public static bool? Holds(Opcode opcode, ulong left, ulong right) => opcode.Class == InstructionClass.Jump
        ? Holds(opcode.JumpOperation, left, right, (long)left, (long)right)
        : Holds(opcode.JumpOperation, (uint)left, (uint)right, (int)left, (int)right);

    private static bool? Holds(JumpOperation operation, ulong left, ulong right, long signedLeft, long signedRight) =>
        operation switch
    {
        JumpOperation.Equal => left == right,
        JumpOperation.NotEqual => left != right,
        JumpOperation.BitsSet => (left & right) != 0,
        JumpOperation.Greater => left > right,
        JumpOperation.GreaterOrEqual => left >= right,
        JumpOperation.Less => left < right,
        JumpOperation.LessOrEqual => left <= right,
        JumpOperation.SignedGreater => signedLeft > signedRight,
        JumpOperation.SignedGreaterOrEqual => signedLeft >= signedRight,
        JumpOperation.SignedLess => signedLeft < signedRight,
        JumpOperation.SignedLessOrEqual => signedLeft <= signedRight,
        _ => null,
    };
}

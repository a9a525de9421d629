using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Interpretation;

namespace NearData.Vm.Guards;

/// <summary>
/// Holds what was proven of accesses at constant places against the layouts of rows, maps and stacks. Compiled code goes to such a place
/// whatever the program's registers hold, so that one look before it is compiled guards every run.
/// </summary>
internal static class ProvenPlaces
{
    /// <exception cref="GuardTrippedException">An access was proven to be where there is nothing.</exception>
    public static void Check(VerifiedProgram verified)
    {
        for (int slot = 0; slot < verified.Program.Code.Length; slot++)
        {
            Instruction instruction = verified.Program.Code[slot];
            if (verified.Facts.Instructions[slot] is { IsReachable: true, Access: { Target: not AccessTarget.None } access }
                && !IsThere(verified.Program, access, instruction.Opcode.Size.Bytes()))
            {
                throw new GuardTrippedException(
                    verified.Program.Name, slot, GuardKind.Memory, $"an access of {instruction.Opcode.Size.Bytes()} bytes at offset {access.Offset} lies outside of its {access.Target} {access.Index}");
            }
        }
    }

    private static bool IsThere(Program program, MemoryAccess access, int size) => access.Target switch
    {
        AccessTarget.FieldValue => access.Index < program.Row.Fields.Length && Fits(access.Offset, size, program.Row.Fields[access.Index].Type.Size()),
        AccessTarget.FieldValidity => access.Index < program.Row.Fields.Length && program.Row.Fields[access.Index].IsNullable && size == 1,
        AccessTarget.MapValue or AccessTarget.GroupValue => access.Index < program.Maps.Length && Fits(access.Offset, size, program.Maps[access.Index].ValueSize),
        AccessTarget.Stack => Fits(access.Offset + CallStack.FrameSize, size, CallStack.FrameSize),
        _ => true,
    };

    /// <summary>Where an offset varies, code looks at the address itself (<see cref="GuardWriter"/>).</summary>
    private static bool Fits(int? offset, int size, int length) => offset is not { } at || (at >= 0 && at + size <= length);
}

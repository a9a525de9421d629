using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>
/// Takes away that the packet's start is at the same place each time it is loaded: behind each load, an unknown number is added to it, so
/// that only comparisons with what came of that very load prove anything of it.
/// </summary>
/// <remarks>
/// The number comes from another field of the context, in a register that is kept on the stack meanwhile, or, where nothing may be read
/// from it, isn't: then nothing reads it before it is written again.
/// <code>
///   *(u64 *)(r10-512) = spare
///   spare = *(u32 *)(context + some number)
///   spare &amp;= 0x7fff
///   start = *(u32 *)(context + data)
///   start += spare
///   spare = *(u64 *)(r10-512)
/// </code>
/// </remarks>
internal sealed class PacketReloads
{
    private const short Kept = -512;

    /// <summary>Further than any comparison of these programs proves; packets and offsets into them go twice as far.</summary>
    private const int Farthest = 0x7fff;

    private readonly Program _program;
    private readonly ImmutableArray<int> _loads;
    private readonly short _number;

    private PacketReloads(Program program, ImmutableArray<int> loads, ContextLayout layout)
    {
        _program = program;
        _loads = loads;
        _number = (short)layout.Fields.First(field => field is { Kind: ContextFieldKind.Number, Size: sizeof(uint) }).Offset;
    }

    /// <summary>The loads of the packet's start in a program; null where there are fewer than two, or its stack leaves no room.</summary>
    public static PacketReloads? Of(VerifiedProgram verified)
    {
        if (verified.Program.Context is not ProgramContext.Fields { Layout: var layout })
        {
            return null;
        }

        ImmutableArray<Instruction> code = verified.Program.Code;
        ImmutableArray<int> loads =
        [
            .. Enumerable.Range(0, code.Length).Where(slot => verified.Facts.Instructions[slot].Access is { Target: AccessTarget.ContextField } access
                && layout.Fields[access.Index].Kind == ContextFieldKind.PacketStart),
        ];
        bool isStackFull = code.Any(slot => !slot.IsWide && (slot.Opcode.IsMemory ? slot.Offset : slot.Immediate) is >= Kept and < Kept + sizeof(ulong));
        return loads.Length < 2 || isStackFull ? null : new(verified.Program, loads, layout);
    }

    /// <summary>The program without the knowledge.</summary>
    /// <param name="isKept">Says of a load whether its spare register holds something.</param>
    /// <returns>The program, and the slot of each load's first instruction.</returns>
    public (Program Program, ImmutableArray<int> Places) Forget(Func<int, bool> isKept)
    {
        ImmutableArray<Instruction> code = _program.Code;
        List<Instruction> slots = [];
        int[] places = new int[code.Length + 1];
        for (int slot = 0; slot < code.Length; slot++)
        {
            places[slot] = slots.Count;
            int load = _loads.IndexOf(slot);
            slots.AddRange(load < 0 ? [code[slot]] : Moved(code[slot], isKept(load)));
        }

        places[code.Length] = slots.Count;
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            slots[places[slot]] = Redirected(slots[places[slot]], target => places[slot + 1 + target] - places[slot] - 1);
        }

        return (_program with { Code = [.. slots], Functions = [] }, [.. _loads.Select(load => places[load])]);
    }

    private Instruction[] Moved(Instruction load, bool isKept)
    {
        Register spare = Enumerable.Range(0, Register.Count - 1).Select(number => new Register((byte)number))
            .First(register => register != load.Source && register != load.Destination);
        Instruction[] moved =
        [
            Instruction.Load(MemorySize.Word, spare, load.Source, _number),
            Instruction.Alu64(AluOperation.And, spare, Farthest),
            load,
            Instruction.Alu64(AluOperation.Add, load.Destination, spare),
        ];
        return isKept
            ? [Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, spare), .. moved, Instruction.Load(MemorySize.DoubleWord, spare, Register.R10, Kept)]
            : moved;
    }

    private static Instruction Redirected(Instruction slot, Func<int, int> distance)
    {
        bool isFar = slot.IsUnconditionalJump && slot.Opcode.Class == InstructionClass.Jump32;
        bool namesFunction = (slot.IsCall && slot.Source.Number == (byte)CallKind.Local) || (slot.IsWide && slot.WideKind == WideImmediateKind.Function);
        return isFar || namesFunction ? slot with { Immediate = distance(slot.Immediate) }
            : slot.IsConditionalJump || slot.IsUnconditionalJump ? slot with { Offset = (short)distance(slot.Offset) }
            : slot;
    }
}

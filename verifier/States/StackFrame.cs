using System.Numerics;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>The program's stack, by 8-byte slots. Immutable: a change makes a new one.</summary>
public sealed class StackFrame
{
    /// <summary>Bytes (BPF ABI: r10 points behind the last).</summary>
    public const int Size = 512;

    public const int Slots = Size / StackSlot.Size;

    private readonly StackSlot[] _slots;

    public StackFrame(StackSlot[] slots)
    {
        _slots = slots;
        for (int slot = 0; slot < Slots; slot++)
        {
            Spilled |= slots[slot].Whole is null ? 0 : 1ul << slot;
        }
    }

    private StackFrame(StackSlot[] slots, ulong spilled) => (_slots, Spilled) = (slots, spilled);

    /// <summary>A bit for each slot that holds a value that was stored as a whole: most frames have few.</summary>
    public ulong Spilled { get; }

    public static StackFrame Empty { get; } = new([.. Enumerable.Repeat(StackSlot.Empty, Slots)]);

    /// <summary>A slot by number, from the lowest address.</summary>
    public StackSlot this[int slot] => _slots[slot];

    /// <summary>A copy of the slots.</summary>
    public StackSlot[] ToArray() => [.. _slots];

    public StackFrame With(int slot, StackSlot content)
    {
        StackSlot[] slots = [.. _slots];
        slots[slot] = content;
        return new(slots, (Spilled & ~(1ul << slot)) | (content.Whole is null ? 0 : 1ul << slot));
    }

    /// <summary>Every spilled value replaced by what a function makes of it.</summary>
    public StackFrame Rewrite(Func<Value, Value> replace)
    {
        StackSlot[]? slots = null;
        for (ulong left = Spilled; left != 0; left &= left - 1)
        {
            int slot = BitOperations.TrailingZeroCount(left);
            StackSlot content = _slots[slot];
            if (content.Whole is { } whole && replace(whole) is var replaced && !ReferenceEquals(whole, replaced))
            {
                slots ??= [.. _slots];
                Term term = replaced is Value.Number number ? number.Term : content.Contents;
                slots[slot] = content with { Whole = replaced, Contents = term };
            }
        }

        return slots is null ? this : new(slots, Spilled);
    }

    /// <summary>Whether every byte of an access was written on every path.</summary>
    /// <param name="start">The first byte, from the lowest address.</param>
    /// <param name="size">Bytes.</param>
    public bool IsWritten(int start, int size)
    {
        for (int at = start; at < start + size; at++)
        {
            if ((_slots[at / StackSlot.Size].Written & (1 << (at % StackSlot.Size))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a result had an influence on some of the slots, given by the first and the one behind the last.</summary>
    public bool IsInfluenced((int First, int Limit) slots) => FirstInfluence(slots) is not null;

    /// <summary>A result that had an influence on some of the slots; null where none had.</summary>
    public int? FirstInfluence((int First, int Limit) slots)
    {
        for (int slot = slots.First; slot < slots.Limit; slot++)
        {
            if (_slots[slot].Contents.Result is { } field)
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>The bits of a slot's bytes that an access covers.</summary>
    public static byte Covered(int slot, int start, int size)
    {
        int bits = 0;
        for (int at = int.Max(start, slot * StackSlot.Size); at < int.Min(start + size, (slot + 1) * StackSlot.Size); at++)
        {
            bits |= 1 << (at % StackSlot.Size);
        }

        return (byte)bits;
    }
}

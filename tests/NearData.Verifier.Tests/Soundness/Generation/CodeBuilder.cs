using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Slots of a program, with places that jumps and calls can lead to before they are known.</summary>
internal sealed class CodeBuilder
{
    private const int Unknown = -1;

    private readonly List<Instruction> _slots = [];
    private readonly List<int> _places = [];
    private readonly List<(int Slot, int Place)> _jumps = [];
    private readonly List<(int Slot, int Place)> _calls = [];

    /// <summary>A place that is put somewhere later.</summary>
    public int NewPlace()
    {
        _places.Add(Unknown);
        return _places.Count - 1;
    }

    /// <summary>Puts a place here.</summary>
    public void Put(int place) => _places[place] = _slots.Count;

    public int NewPlaceHere()
    {
        Put(NewPlace());
        return _places.Count - 1;
    }

    public void Add(params ReadOnlySpan<Instruction> instructions) => _slots.AddRange(instructions);

    public void Jump(Instruction jump, int place)
    {
        _jumps.Add((_slots.Count, place));
        _slots.Add(jump);
    }

    public void Goto(int place) => Jump(Instruction.Goto(0), place);

    public void Call(int place)
    {
        _calls.Add((_slots.Count, place));
        _slots.Add(Instruction.CallHelper(0) with { Source = new Register((byte)CallKind.Local) });
    }

    public void CallHelper(int number) => _slots.Add(Instruction.CallHelper(number));

    public void LoadFunction(Register register, int place)
    {
        _calls.Add((_slots.Count, place));
        Wide(register, WideImmediateKind.Function, 0, 0);
    }

    public void LoadMap(Register register, int map) => Wide(register, WideImmediateKind.Map, map, 0);

    public void LoadMapValue(Register register, int map, int offset) => Wide(register, WideImmediateKind.MapValue, map, offset);

    public void LoadNumber(Register register, long number) => Wide(register, WideImmediateKind.Number, (int)number, (int)(number >> 32));

    public ImmutableArray<Instruction> Finish()
    {
        foreach ((int slot, int place) in _jumps)
        {
            _slots[slot] = _slots[slot] with { Offset = (short)(_places[place] - slot - 1) };
        }

        foreach ((int slot, int place) in _calls)
        {
            _slots[slot] = _slots[slot] with { Immediate = _places[place] - slot - 1 };
        }

        return [.. _slots];
    }

    private void Wide(Register register, WideImmediateKind kind, int low, int high)
    {
        _slots.Add(new(Opcode.WideImmediate, register, new Register((byte)kind), 0, low));
        _slots.Add(new(default, default, default, 0, high));
    }
}

using System.Runtime.CompilerServices;
using NearData.Isa;
using NearData.Vm.Maps;

namespace NearData.Vm.Interpretation;

/// <summary><c>bpf_for_each_map_elem</c>: callback(map, key, value, context) for each element of a map.</summary>
internal sealed unsafe class ElementLoop : CallbackLoop
{
    private readonly BpfMap _map;
    private readonly int _number;
    private readonly ulong _context;
    private readonly byte[] _key;
    private ElementCursor _cursor;

    /// <param name="function">The callback's first slot.</param>
    /// <param name="map">The map.</param>
    /// <param name="number">The map's number among those that the program can reach.</param>
    /// <param name="context">What the callback gets as its context.</param>
    /// <param name="key">Bytes that keep the key while the callback looks at it.</param>
    public ElementLoop(int function, BpfMap map, int number, ulong context, byte[] key)
        : base(function)
    {
        _map = map;
        _number = number;
        _context = context;
        _key = key;
    }

    public override bool Next(Span<ulong> registers, int frame)
    {
        if (!_map.MoveNext(ref _cursor))
        {
            return false;
        }

        Calls++;
        Span<byte> key = _key.AsSpan(frame * CallStack.LongestKey, CallStack.LongestKey);
        if (_cursor.Key is null)
        {
            Unsafe.WriteUnaligned(ref key[0], _cursor.Index);
        }
        else
        {
            new ReadOnlySpan<byte>(_cursor.Key, _map.Definition.KeySize).CopyTo(key);
        }

        registers[Register.R1] = Address.Of(Address.FirstMap + _number).Value;
        registers[Register.R2] = Address.Of(Address.FirstKey + frame).Value;
        registers[Register.R3] = Address.Of(Address.FirstValues + _number, _cursor.Value - _map.Grid.First).Value;
        registers[Register.R4] = _context;
        return true;
    }
}

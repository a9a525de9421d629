using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>Addresses that stay the same for a whole call, read from the frame once and then held in locals.</summary>
internal sealed unsafe class HoistedAddresses
{
    private readonly MethodWriter _writer;
    private readonly SortedDictionary<int, LocalBuilder> _columns = [];
    private readonly SortedDictionary<int, LocalBuilder> _values = [];

    public HoistedAddresses(MethodWriter writer)
    {
        _writer = writer;
        Maps = writer.NewNumber();
    }

    /// <summary>The maps' headers.</summary>
    public LocalBuilder Maps { get; }

    /// <summary>The column of a field's values.</summary>
    public LocalBuilder Values(int field) => Find(_columns, 2 * field);

    /// <summary>The column of a nullable field's validity bytes.</summary>
    public LocalBuilder Validity(int field) => Find(_columns, (2 * field) + 1);

    /// <summary>The column of a field's values in 32 bits.</summary>
    public LocalBuilder Narrow(RowLayout row, int field) => Find(_columns, RecordBatch.NarrowEntry(row, field));

    /// <summary>The first value of a map.</summary>
    public LocalBuilder FirstValue(int map) => Find(_values, map);

    /// <summary>Reads all that were asked for. To be written once, before the code that uses them.</summary>
    public void WriteEntry()
    {
        _writer.PushFrameField(CallFrame.MapsOffset);
        _writer.Store(Maps);
        foreach ((int map, LocalBuilder address) in _values)
        {
            _writer.Load(Maps);
            _writer.AddConstant((long)map * sizeof(MapHeader));
            _writer.LoadIndirect(MemorySize.DoubleWord);
            _writer.Store(address);
        }

        foreach ((int entry, LocalBuilder address) in _columns)
        {
            _writer.PushFrameField(CallFrame.ColumnsOffset);
            _writer.AddConstant((long)entry * sizeof(byte*));
            _writer.LoadIndirect(MemorySize.DoubleWord);
            _writer.Store(address);
        }
    }

    private LocalBuilder Find(SortedDictionary<int, LocalBuilder> addresses, int key)
    {
        if (!addresses.TryGetValue(key, out LocalBuilder? address))
        {
            addresses[key] = address = _writer.NewNumber();
        }

        return address;
    }
}

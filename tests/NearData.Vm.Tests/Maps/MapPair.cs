using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.TestSupport.Kernel;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Maps;

/// <summary>A map here and the same one in the kernel: each operation is done on both, and must end alike.</summary>
internal sealed class MapPair : IDisposable
{
    private readonly KernelMap _kernel;

    public MapPair(MapDefinition definition)
    {
        using KernelBtf? types = definition.SpinLockOffset is { } at ? KernelBtf.Load(LockedValue(at, definition.ValueSize)) : null;
        _kernel = KernelMap.Create(definition with { KeyTypeId = 1, ValueTypeId = 3 }, types);
        Set = new MapSet([definition], new MemoryBudget(1L << 30), PossibleCpus.Count);
    }

    public MapSet Set { get; }

    public BpfMap Ours => Set[0];

    public MapDefinition Definition => Ours.Definition;

    public void Lookup(byte[] key, ulong flags, string step)
    {
        byte[] value = new byte[Ours.HostValueSize];
        MapError error = Ours.Lookup(key, value, flags);
        (MapError Error, byte[] Value) kernel = Asked(() => _kernel.Lookup(key, flags));
        Assert.True(error == kernel.Error, $"{step}: {error}, in the kernel {kernel.Error}");
        Assert.True(error != MapError.None || value.AsSpan().SequenceEqual(kernel.Value), $"{step}: another value");
    }

    public void LookupAndDelete(byte[] key, string step)
    {
        byte[] value = new byte[Ours.HostValueSize];
        MapError error = Ours.LookupAndDelete(key, value);
        (MapError Error, byte[] Value) kernel = Asked(() => _kernel.LookupAndDelete(key));
        Assert.True(error == kernel.Error, $"{step}: {error}, in the kernel {kernel.Error}");
        Assert.True(error != MapError.None || value.AsSpan().SequenceEqual(kernel.Value), $"{step}: another value");
    }

    public void Update(byte[] key, byte[] value, ulong flags, string step)
    {
        MapError error = Ours.Update(key, value, flags);
        MapError kernel = Named(_kernel.TryUpdate(key, value, (UpdateRule)flags));
        Assert.True(error == kernel, $"{step}: {error}, in the kernel {kernel}");
    }

    public void Delete(byte[] key, string step)
    {
        MapError error = Ours.Delete(key);
        MapError kernel = Named(_kernel.TryDelete(key));
        Assert.True(error == kernel, $"{step}: {error}, in the kernel {kernel}");
    }

    /// <summary>The key after another, where both have one order.</summary>
    public void NextKey(byte[]? key, string step)
    {
        byte[] next = new byte[Definition.KeySize];
        MapError error = Ours.NextKey(key ?? [], next);
        (MapError Error, byte[] Value) kernel = Asked(() => _kernel.NextKey(key));
        Assert.True(error == kernel.Error, $"{step}: {error}, in the kernel {kernel.Error}");
        Assert.True(
            error != MapError.None || next.AsSpan().SequenceEqual(kernel.Value),
            $"{step}: {Convert.ToHexString(next)}, in the kernel {Convert.ToHexString(kernel.Value)}");
    }

    /// <summary>All keys with their values, in whatever order: by one walk here and one there.</summary>
    public void Entries(string step)
    {
        string[] ours = [.. Walk().Select(entry => Text(entry.Key, entry.Value)).Order(StringComparer.Ordinal)];
        string[] kernel = [.. _kernel.Entries().Select(entry => Text(entry.Key, entry.Value)).Order(StringComparer.Ordinal)];
        Assert.True(ours.SequenceEqual(kernel), $"{step}: {ours.Length} entries, in the kernel {kernel.Length}");
    }

    /// <summary>All entries in batches, kept or deleted.</summary>
    public void Batches(int room, BatchFate fate, string step)
    {
        List<string> ours = [];
        BatchCursor cursor = new();
        MapError error;
        do
        {
            byte[] keys = new byte[room * Definition.KeySize];
            byte[] values = new byte[room * Ours.HostValueSize];
            int count = room;
            error = Ours.LookupBatch(cursor, keys, values, ref count, fate);
            ours.AddRange(keys.Chunk(Definition.KeySize).Zip(values.Chunk(Ours.HostValueSize), Text).Take(count));
        }
        while (error == MapError.None);

        List<string> kernel = [];
        KernelBatch batch;
        byte[]? position = null;
        do
        {
            batch = _kernel.ReadBatch(fate == BatchFate.Kept ? BpfCommand.MapLookupBatch : BpfCommand.MapLookupAndDeleteBatch, position, room);
            kernel.AddRange(batch.Entries.Select(entry => Text(entry.Key, entry.Value)));
            position = batch.Position;
        }
        while (batch.Error is null);

        Assert.True(error == (MapError)batch.Error, $"{step}: {error}, in the kernel {batch.Error}");
        Assert.True(
            ours.Order(StringComparer.Ordinal).SequenceEqual(kernel.Order(StringComparer.Ordinal)),
            $"{step}: {ours.Count} entries, in the kernel {kernel.Count}");
    }

    public void UpdateBatch(byte[][] keys, byte[][] values, string step)
    {
        int count = keys.Length;
        MapError error = Ours.UpdateBatch([.. keys.SelectMany(key => key)], [.. values.SelectMany(value => value)], ref count);
        (int Count, Errno? Error) kernel = _kernel.UpdateBatch(keys, values);
        Assert.True((error, count) == (Named(kernel.Error), kernel.Count), $"{step}: {error} after {count}, in the kernel {kernel}");
    }

    public void DeleteBatch(byte[][] keys, string step)
    {
        int count = keys.Length;
        MapError error = Ours.DeleteBatch([.. keys.SelectMany(key => key)], ref count);
        (int Count, Errno? Error) kernel = _kernel.DeleteBatch(keys);
        Assert.True((error, count) == (Named(kernel.Error), kernel.Count), $"{step}: {error} after {count}, in the kernel {kernel}");
    }

    public void Dispose()
    {
        Set.Dispose();
        _kernel.Dispose();
    }

    /// <summary>1: int, the key; 2: struct bpf_spin_lock; 3: the value, a struct of bytes with a lock in it; 4: a byte; 5, 6: arrays of it.</summary>
    private static byte[] LockedValue(int at, int size) => BtfTypes.Write(
    [
        new BtfInt("int", sizeof(int), BtfIntEncoding.Signed, 32),
        new BtfComposite("bpf_spin_lock", BtfCompositeKind.Struct, sizeof(int), [new BtfMember("val", 1, 0)]),
        new BtfComposite(
            "value",
            BtfCompositeKind.Struct,
            (uint)size,
            [new BtfMember("before", 5, 0), new BtfMember("lock", 2, (uint)at * 8), new BtfMember("behind", 6, (uint)(at + sizeof(int)) * 8)]),
        new BtfInt("char", 1, BtfIntEncoding.Unsigned, 8),
        new BtfArray(4, 1, (uint)at),
        new BtfArray(4, 1, (uint)(size - at - sizeof(int))),
    ]);

    private static (MapError Error, byte[] Value) Asked(Func<byte[]?> question)
    {
        try
        {
            return question() is { } answer ? (MapError.None, answer) : (MapError.NoEntry, []);
        }
        catch (KernelException refused)
        {
            return ((MapError)refused.Error, []);
        }
    }

    private static MapError Named(Errno? error) => error is { } found ? (MapError)found : MapError.None;

    private static string Text(byte[] key, byte[] value) => $"{Convert.ToHexString(key)}={Convert.ToHexString(value)}";

    private IEnumerable<(byte[] Key, byte[] Value)> Walk()
    {
        byte[] next = new byte[Definition.KeySize];
        byte[] key = [];
        while (Ours.NextKey(key, next) == MapError.None)
        {
            key = [.. next];
            byte[] value = new byte[Ours.HostValueSize];
            if (Ours.Lookup(key, value) == MapError.None)
            {
                yield return (key, value);
            }
        }
    }
}

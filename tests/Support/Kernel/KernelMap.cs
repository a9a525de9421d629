using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>What an update requires of the entry (<c>BPF_ANY</c> and so on).</summary>
public enum UpdateRule
{
    Any = 0,
    NoExist = 1,
    Exist = 2,
}

/// <summary>A map in the kernel; gone when this, and every program that uses it, is. Thread-safe as the map itself is.</summary>
public sealed class KernelMap : IDisposable
{
    private const int BatchFd = 36;

    private KernelMap(MapDefinition definition, SafeFileHandle handle)
    {
        Definition = definition;
        Handle = handle;
    }

    public MapDefinition Definition { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Bytes of a value as user space sees it: a per-CPU map's is one for each possible CPU, each rounded up to 8 bytes.</summary>
    public int UserValueSize => Definition.Type is MapType.PerCpuArray or MapType.PerCpuHash or MapType.LruPerCpuHash
        ? (Definition.ValueSize + 7) / 8 * 8 * PossibleCpus.Count
        : Definition.Type is MapType.ArrayOfMaps or MapType.HashOfMaps ? sizeof(uint) : Definition.ValueSize;

    /// <summary>Makes a map; its entries are the kernel's first ones, whatever initial value is defined.</summary>
    /// <param name="definition">What to make; the inner map of a map of maps is made from its definition and closed again.</param>
    /// <param name="btf">The types that the definition's type numbers count in, or null for none.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static KernelMap Create(MapDefinition definition, KernelBtf? btf = null)
    {
        using KernelMap? inner = definition.Inner is { } pattern ? Create(pattern, btf) : null;
        using BpfArguments arguments = new();
        arguments.Set(0, (uint)definition.Type);
        arguments.Set(4, (uint)definition.KeySize);
        arguments.Set(8, (uint)definition.ValueSize);
        arguments.Set(12, (uint)definition.MaxEntries);
        arguments.Set(16, definition.Flags);
        if (inner is not null)
        {
            arguments.Set(20, inner.Handle);
        }

        arguments.SetName(28, definition.Name);
        if (btf is not null && definition.ValueTypeId != 0)
        {
            arguments.Set(48, btf.Handle);
            arguments.Set(52, (uint)definition.KeyTypeId);
            arguments.Set(56, (uint)definition.ValueTypeId);
        }

        arguments.Set(64, definition.Extra);
        return new KernelMap(definition, BpfSystemCall.Open(BpfCommand.MapCreate, arguments));
    }

    /// <summary>An entry's value (<see cref="UserValueSize"/> bytes), or null where there is none.</summary>
    public byte[]? Lookup(byte[] key, ulong flags = 0) => Read(BpfCommand.MapLookup, key, flags);

    /// <summary>Takes an entry out: of a queue or a stack with an empty key.</summary>
    public byte[]? LookupAndDelete(byte[] key) => Read(BpfCommand.MapLookupAndDelete, key);

    /// <summary>Sets an entry, or says why not.</summary>
    /// <returns>Null where it was set.</returns>
    public Errno? TryUpdate(byte[] key, byte[] value, UpdateRule rule = UpdateRule.Any) => Change(BpfCommand.MapUpdate, key, value, rule);

    /// <summary>Sets an entry.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Update(byte[] key, byte[] value, UpdateRule rule = UpdateRule.Any)
    {
        if (TryUpdate(key, value, rule) is { } error)
        {
            throw new KernelException(BpfCommand.MapUpdate, error);
        }
    }

    /// <summary>Sets an array's entry.</summary>
    public void Update(int index, byte[] value) => Update(BitConverter.GetBytes(index), value);

    /// <summary>Takes an entry out, or says why not.</summary>
    /// <returns>Null where it was there and is gone.</returns>
    public Errno? TryDelete(byte[] key) => Change(BpfCommand.MapDelete, key, [], UpdateRule.Any);

    /// <summary>The key after a key in the kernel's order, the first one for null or a key that isn't there; null after the last.</summary>
    public byte[]? NextKey(byte[]? key)
    {
        byte[] next = new byte[Definition.KeySize];
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        arguments.Set(8, key ?? []);
        arguments.Set(16, next);
        return BpfSystemCall.TryInvoke(BpfCommand.MapNextKey, arguments, out Errno error) is not null ? next
            : error == Errno.ENOENT ? null
            : throw new KernelException(BpfCommand.MapNextKey, error);
    }

    /// <summary>All entries, in the kernel's order. The map mustn't change meanwhile.</summary>
    public IEnumerable<(byte[] Key, byte[] Value)> Entries()
    {
        for (byte[]? key = NextKey(null); key is not null; key = NextKey(key))
        {
            if (Lookup(key) is { } value)
            {
                yield return (key, value);
            }
        }
    }

    /// <summary>Up to <paramref name="count"/> entries at once, from the start or from where the batch before ended.</summary>
    /// <param name="command">Whether to take them out.</param>
    /// <param name="position">Null to start; then what the batch before gave.</param>
    /// <param name="count">The most entries.</param>
    public KernelBatch ReadBatch(BpfCommand command, byte[]? position, int count)
    {
        // A hash's position is a bucket number, so 4 bytes whatever its key.
        byte[] next = new byte[Math.Max(Definition.KeySize, sizeof(uint))];
        byte[] keys = new byte[Definition.KeySize * count];
        byte[] values = new byte[UserValueSize * count];
        using BpfArguments arguments = new();
        arguments.Set(0, position ?? []);
        arguments.Set(8, next);
        arguments.Set(16, keys);
        arguments.Set(24, values);
        arguments.Set(32, (uint)count);
        arguments.Set(BatchFd, Handle);
        Errno? error = BpfSystemCall.TryInvoke(command, arguments, out Errno found) is null ? found : null;
        if (error is not (null or Errno.ENOENT))
        {
            return new KernelBatch([], position ?? [], error);
        }

        int got = (int)arguments.Word(32);
        byte[][] keyList = [.. keys.Chunk(Definition.KeySize).Take(got)];
        byte[][] valueList = [.. values.Chunk(UserValueSize).Take(got)];
        return new KernelBatch([.. keyList.Zip(valueList)], next, error);
    }

    /// <summary>Sets several entries at once.</summary>
    /// <returns>How many were set, and why not the rest.</returns>
    public (int Count, Errno? Error) UpdateBatch(byte[][] keys, byte[][] values, UpdateRule rule = UpdateRule.Any) =>
        ChangeBatch(BpfCommand.MapUpdateBatch, keys, values, rule);

    /// <summary>Takes several entries out at once.</summary>
    /// <returns>How many are gone, and why not the rest.</returns>
    public (int Count, Errno? Error) DeleteBatch(byte[][] keys) => ChangeBatch(BpfCommand.MapDeleteBatch, keys, [], UpdateRule.Any);

    /// <summary>From now on only programs may change it; what the kernel asks for before it treats data as constant.</summary>
    public void Freeze()
    {
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        BpfSystemCall.Invoke(BpfCommand.MapFreeze, arguments);
    }

    /// <summary>The kernel's number of the map.</summary>
    public int Id() => BinaryPrimitives.ReadInt32LittleEndian(ObjectInfo.Read(Handle, 80).AsSpan(4));

    public void Dispose() => Handle.Dispose();

    private byte[]? Read(BpfCommand command, byte[] key, ulong flags = 0)
    {
        byte[] value = new byte[UserValueSize];
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        arguments.Set(8, key);
        arguments.Set(16, value);
        arguments.Set(24, flags);
        return BpfSystemCall.TryInvoke(command, arguments, out Errno error) is not null ? value
            : error == Errno.ENOENT ? null
            : throw new KernelException(command, error);
    }

    private Errno? Change(BpfCommand command, byte[] key, byte[] value, UpdateRule rule)
    {
        using BpfArguments arguments = new();
        arguments.Set(0, Handle);
        arguments.Set(8, key);
        arguments.Set(16, value);
        arguments.Set(24, (ulong)rule);
        return BpfSystemCall.TryInvoke(command, arguments, out Errno error) is null ? error : null;
    }

    private (int Count, Errno? Error) ChangeBatch(BpfCommand command, byte[][] keys, byte[][] values, UpdateRule rule)
    {
        using BpfArguments arguments = new();
        arguments.Set(16, [.. keys.SelectMany(key => key)]);
        arguments.Set(24, [.. values.SelectMany(value => value)]);
        arguments.Set(32, (uint)keys.Length);
        arguments.Set(BatchFd, Handle);
        arguments.Set(40, (ulong)rule);
        bool isDone = BpfSystemCall.TryInvoke(command, arguments, out Errno error) is not null;
        return ((int)arguments.Word(32), isDone ? null : error);
    }
}

/// <summary>Entries that one call gave.</summary>
/// <param name="Entries">Keys and values.</param>
/// <param name="Position">Where the next call goes on.</param>
/// <param name="Error">Null while there may be more; <see cref="Errno.ENOENT"/> at the end.</param>
public sealed record KernelBatch((byte[] Key, byte[] Value)[] Entries, byte[] Position, Errno? Error);

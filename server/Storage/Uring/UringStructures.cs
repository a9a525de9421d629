using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>struct io_uring_params (linux/io_uring.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingParameters
{
    public uint SubmissionEntries;
    public uint CompletionEntries;
    public uint Flags;
    public uint ThreadProcessor;
    public uint ThreadIdle;
    public uint Features;
    public uint WorkQueue;
    private readonly uint _reserved0;
    private readonly uint _reserved1;
    private readonly uint _reserved2;
    public SubmissionOffsets Submission;
    public CompletionOffsets Completion;
}

/// <summary>struct io_sqring_offsets: where things lie in the mapped ring, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SubmissionOffsets
{
    public uint Head;
    public uint Tail;
    public uint RingMask;
    public uint RingEntries;
    public uint Flags;
    public uint Dropped;
    public uint Array;
    private readonly uint _reserved;
    private readonly ulong _userAddress;
}

/// <summary>struct io_cqring_offsets: where things lie in the mapped ring, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CompletionOffsets
{
    public uint Head;
    public uint Tail;
    public uint RingMask;
    public uint RingEntries;
    public uint Overflow;
    public uint Entries;
    public uint Flags;
    private readonly uint _reserved;
    private readonly ulong _userAddress;
}

/// <summary>struct io_uring_sqe, as far as reads use it; the rest is zero.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct SubmissionEntry
{
    public byte Operation;
    public byte Flags;
    public ushort Priority;
    public int File;
    public ulong Offset;
    public ulong Address;
    public uint Length;
    public uint OperationFlags;
    public ulong UserData;
    public ushort BufferIndex;
}

/// <summary>struct io_uring_cqe.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CompletionEntry
{
    public ulong UserData;

    /// <summary>Bytes read, or a negative errno.</summary>
    public int Result;

    public uint Flags;
}

/// <summary>struct io_uring_rsrc_register.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceTable
{
    public uint Count;
    public uint Flags;
    private readonly ulong _reserved;
    public ulong Data;
    public ulong Tags;
}

/// <summary>struct io_uring_rsrc_update2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceUpdate
{
    public uint Offset;
    private readonly uint _reserved0;
    public ulong Data;
    public ulong Tags;
    public uint Count;
    private readonly uint _reserved1;
}

/// <summary>struct io_uring_files_update.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileUpdate
{
    public uint Offset;
    private readonly uint _reserved;
    public ulong Descriptors;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public ulong Address;
    public ulong Length;
}

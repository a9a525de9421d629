using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Functions;

namespace NearData.Vm.Interpretation;

/// <summary>
/// The slices of one call of an interpreted program, by where they are on its stack. Their records are kept here: what a program finds in, or
/// puts into, the sixteen bytes of a slice tells nothing. Not thread-safe.
/// </summary>
internal sealed unsafe class SliceTable
{
    // A record for each eight bytes of the stack. They never move: helpers get their addresses.
    private readonly SliceRecord[] _records = GC.AllocateArray<SliceRecord>(CallStack.MostFrames * CallStack.FrameSize / sizeof(long), pinned: true);
    private readonly List<LiveSlice> _live = [];

    /// <summary>Forgets all slices.</summary>
    public void Start() => _live.Clear();

    /// <summary>The address of the record of a slice at an eight-byte boundary of the stack.</summary>
    /// <param name="place">Bytes from the start of the first frame.</param>
    public SliceRecord* Record(int place) => (SliceRecord*)Unsafe.AsPointer(ref _records[place / sizeof(long)]);

    public void Add(LiveSlice slice) => _live.Add(slice);

    public void Remove(LiveSlice slice) => _live.Remove(slice);

    /// <summary>The slice that starts at a place, or null.</summary>
    public LiveSlice? At(int place) => _live.Find(slice => slice.Place == place);

    /// <summary>A slice that shares some bytes, or null.</summary>
    public LiveSlice? Touching(int place, int size) =>
        _live.Count == 0 ? null : _live.Find(slice => slice.Place < place + size && place < slice.Place + SliceHelpers.Size);

    /// <summary>Forgets the slices of functions that have ended; the records that they held are still the call's.</summary>
    /// <param name="frames">Functions that are active.</param>
    public void Leave(int frames)
    {
        if (_live.Count > 0)
        {
            _live.RemoveAll(slice => slice.Place >= frames * CallStack.FrameSize);
        }
    }

    /// <summary>Forgets the slices of a record that was given back.</summary>
    public void Forget(HeldRecord record) => _live.RemoveAll(slice => slice.Record == record);
}

/// <summary>A slice that was made.</summary>
/// <param name="Place">Where it is: bytes from the start of the first frame.</param>
/// <param name="Start">The address of its first byte, as the program knows it.</param>
/// <param name="IsOfRing">Whether it was reserved in a ring buffer.</param>
/// <param name="Record">The record that it holds; null where it holds none.</param>
internal sealed record LiveSlice(int Place, Address Start, bool IsOfRing, HeldRecord? Record);

namespace NearData.Storage.Uring;

/// <summary>The files that a ring knows, each from its first read until it is released. One thread.</summary>
internal sealed class RegisteredFiles(UringRing ring)
{
    /// <summary>The index of a file that isn't registered.</summary>
    public const int None = -1;

    /// <summary>What the executions of one moment have open; further files are read unregistered.</summary>
    public const int Capacity = 256;

    private readonly FileDevice?[] _known = new FileDevice?[Capacity];

    /// <summary>The index under which the file is registered, or <see cref="None"/>.</summary>
    public int IndexOf(FileDevice file)
    {
        int index = Array.IndexOf(_known, file);
        return index >= 0 ? index : Register(file);
    }

    /// <summary>Takes a file back: the ring would keep it open.</summary>
    public void Release(FileDevice file)
    {
        int index = Array.IndexOf(_known, file);
        if (index >= 0)
        {
            _known[index] = null;
            ring.TrySetFile(index, None);
        }
    }

    private int Register(FileDevice file)
    {
        int index = Array.IndexOf(_known, null);
        if (index < 0 || !ring.TrySetFile(index, file.Descriptor))
        {
            return None;
        }

        _known[index] = file;
        return index;
    }
}

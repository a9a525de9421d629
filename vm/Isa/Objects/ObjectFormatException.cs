namespace NearData.Isa.Objects;

/// <summary>
/// Bytes that are no eBPF object, or a broken one: truncated, sizes that contradict each other, offsets that lie outside. The
/// object's author must act; reading it again can't help.
/// </summary>
public class ObjectFormatException : Exception
{
    public ObjectFormatException(string section, long offset, string message)
        : base($"{section}+0x{offset:x}: {message}")
    {
        Section = section;
        Offset = offset;
    }

    protected ObjectFormatException(string section, string message)
        : base($"{section}: {message}")
    {
        Section = section;
    }

    /// <summary>The section at fault, or <c>ELF header</c> or <c>section headers</c>.</summary>
    public string Section { get; }

    /// <summary>Bytes from that part's start; 0 where the fault is the part as a whole.</summary>
    public long Offset { get; }
}

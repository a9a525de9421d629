namespace NearData.Isa.Programs;

/// <summary>What r1 (and for memory r2) holds when a program starts.</summary>
public abstract record ProgramContext
{
    private ProgramContext()
    {
    }

    /// <summary>r1 points to a row.</summary>
    public sealed record Row(RowLayout Layout) : ProgramContext;

    /// <summary>r1 points to the key of a group and r2 to its value; neither can be changed.</summary>
    /// <param name="Map">The group map's index in the program's maps.</param>
    public sealed record Group(int Map) : ProgramContext;

    /// <summary>r1 points to this many writable bytes, and r2 holds their number; with none, both are zero.</summary>
    public sealed record Memory(int Length) : ProgramContext;

    /// <summary>r1 points to a struct of which only named fields exist, such as <c>xdp_md</c>.</summary>
    public sealed record Fields(ContextLayout Layout) : ProgramContext;
}

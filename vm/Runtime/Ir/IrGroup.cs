using System.Collections.Immutable;

namespace NearData.Vm.Ir;

/// <summary>The group that a program updates for a record. The program's updates are of its members then.</summary>
/// <param name="Map">Index in the program's maps.</param>
/// <param name="Key">What its key is made of: together all bytes of it, in order.</param>
/// <param name="Condition">For which records there is one.</param>
internal sealed record IrGroup(int Map, ImmutableArray<IrKeyPart> Key, IrNode Condition);

/// <summary>Some bytes of a key.</summary>
/// <param name="Offset">The first.</param>
/// <param name="Size">How many.</param>
/// <param name="Value">A text (<see cref="IrOperation.Text"/>), of which as many bytes as fit are there and zeros behind; or a number, whose low bytes are.</param>
/// <param name="MustFit">Whether the straight form is only for texts that fit.</param>
internal sealed record IrKeyPart(int Offset, int Size, IrNode Value, bool MustFit)
{
    /// <summary>The row's field whose text it is; null for a number.</summary>
    public int? TextField => Value.Operation == IrOperation.Text ? Value.Part.Index : null;
}

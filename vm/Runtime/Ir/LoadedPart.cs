using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>Bytes that a program loads and can't change: of a row's field, or of <c>.rodata</c>.</summary>
/// <param name="Target">A field's value, its validity byte, or a map's value.</param>
/// <param name="Index">The field, or the map.</param>
/// <param name="Offset">The first byte, from the start of the value.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sign">How they become 64 bits.</param>
internal readonly record struct LoadedPart(AccessTarget Target, int Index, int Offset, int Size, NumberSign Sign);

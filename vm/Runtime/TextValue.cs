using System.Runtime.InteropServices;
using NearData.Isa.Programs;

namespace NearData.Vm;

/// <summary>A column's value of text or binary data, as <see cref="FieldType.Text"/> has it in a batch.</summary>
/// <param name="Length">Bytes, at most <see cref="TextLayout.MostBytes"/>; 0 for a null.</param>
/// <param name="Data">The address of the first; it stays there until the batch is filled again. 0 for a null.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TextValue(long Length, nint Data);

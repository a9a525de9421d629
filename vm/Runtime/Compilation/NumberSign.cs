namespace NearData.Vm.Compilation;

/// <summary>How a narrow number becomes a wide one.</summary>
internal enum NumberSign
{
    Unsigned,
    Signed,
}

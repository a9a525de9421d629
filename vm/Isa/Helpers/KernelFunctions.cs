namespace NearData.Isa.Helpers;

/// <summary>
/// Functions of the kernel that programs know by name (<c>.ksyms</c>) and that are there: loaders put the numbers of these helpers in place of the names.
/// </summary>
public static class KernelFunctions
{
    /// <summary>The helper that stands for a function of the kernel; null where none does.</summary>
    public static HelperSignature? Find(string name) =>
        IteratorHelpers.All.Concat(SliceFunctionHelpers.All).FirstOrDefault(helper => string.Equals(helper.Name, name, StringComparison.Ordinal));
}

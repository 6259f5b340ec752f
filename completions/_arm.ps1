# Completion of arm in PowerShell. `arm __complete` says what may follow.

Register-ArgumentCompleter -Native -CommandName arm -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    # An empty argument must be passed, and reach the program as one.
    $typed = if ($wordToComplete) { $wordToComplete } elseif ($PSVersionTable.PSVersion -lt [Version]'7.3') { '""' } else { '' }
    $program = Get-Command -CommandType Application -Name arm | Select-Object -First 1
    & $program __complete @words $typed 2>$null | ForEach-Object {
        $kind, $word, $about = $_ -split "`t", 3
        if ($kind -eq 'file') {
            $path = $wordToComplete.Substring($word.Length)
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($path) | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($word + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
            }
        } else {
            $text = if ($word -match "[^A-Za-z0-9_./:=+-]") { "'" + $word.Replace("'", "''") + "'" } else { $word }
            $tip = if ($about) { $about } else { $word }
            [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $tip)
        }
    }
}

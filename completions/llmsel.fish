# fish completion for llmsel
# Made from the command table by: npm run completions

function _llmsel
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    set -l place ''
    set -l slot ''
    set -l dashes ''
    set -l position 0
    set -l commands
    set -l options
    set -l valued
    _llmsel_table
    for word in $words[2..-1]
        if test -n "$slot"
            set slot ''
        else if test -n "$dashes"
            continue
        else if test "$word" = --
            set dashes 1
        else if string match -q -- '-?*' "$word"
            contains -- "$word" $valued; and set slot $word
        else if test $position -eq 0; and string match -q -- "$word"\t'*' $commands
            set place (string trim -- "$place $word")
            _llmsel_table
        else if test $position -lt 8
            set position (math $position + 1)
        end
    end
    if test -n "$slot"
        _llmsel_value "$place $slot" "$token"
    else if test -n "$dashes"
        _llmsel_files "$token"
    else if string match -q -- '--*=*' "$token"
        set -l parts (string split -m 1 = -- $token)
        _llmsel_value "$place $parts[1]" "$parts[2]" | string replace -r '^' -- "$parts[1]="
    else if string match -q -- '-*' "$token"
        printf '%s\n' $options
    else
        test $position -eq 0; and printf '%s\n' $commands
        _llmsel_value "$place "(math $position + 1) "$token"
    end
end

function _llmsel_words
    printf '%s\n' $argv
end

function _llmsel_names
    command llmsel completion --names 2>/dev/null </dev/null | string match -r -- "^[^\t]*\t(?:"(string join '|' $argv)")(?: .*)?\$"
end

function _llmsel_sessions
    set -l server
    if string match -q '*/*' -- "$LLMSEL_TMUX_SOCKET"
        set server -S $LLMSEL_TMUX_SOCKET
    else if test -n "$LLMSEL_TMUX_SOCKET"
        set server -L $LLMSEL_TMUX_SOCKET
    end
    command tmux $server list-sessions -f '#{@llmsel_profile}' -F '#S' 2>/dev/null </dev/null
end

function _llmsel_files
    # Its word as it is typed, with its quotes: __fish_complete_path takes one without.
    complete -C "'' $argv[1]"
end

function _llmsel_folders
    __fish_complete_directories "$argv[1]" ''
end

function _llmsel_table --no-scope-shadowing
    set commands
    set options
    set valued
    switch "$place"
    case ''
        set commands 'setup	the first steps, asked one by one: default, local model, keys, shells' 'models	the models: price, speed, quality, use case, lifecycle' 'env	the code that puts a profile\'s model on this shell' 'use	put a profile on this shell, this folder or every new shell' 'which	which model this shell has, and who decided it' 'init	the right model in every new shell: the default, use, completions' 'session	terminal sessions, each on its model' 'failover	what is asked when a model does not answer, and how each is' 'gateway	the local server through which programs fail over' 'keys	providers\' keys, kept for the gateway' 'costs	what models cost: compared, spent, and what if' 'config	what is set, and setting it' 'doctor	what is not as it should be on this machine, and what mends it' 'completion	what a shell loads to complete this command line'
        set options '-V	output the version number' '--version	output the version number' '--help	the options and examples'
        set valued
    case 'setup'
        set commands
        set options '--default	the default of new shells and sessions' '--ollama-model	the local model' '--shell	a shell that is to load llmsel; may be repeated' '--no-rc	leave the start-up files as they are' '--skip-keys	ask for no keys' '--yes	ask nothing: take what is proposed, but for what the other options say' '--dry-run	ask nothing, and say what --yes would do' '--json	print JSON' '--help	the options and examples'
        set valued --default --ollama-model --shell
    case 'models'
        set commands 'show	every fact about one model, with its price history and bands' 'add	put a model of your own, with its prices, into your config' 'remove	take a model of your own out of your config' 'refresh	read newer prices and models from a public list' 'pin	keep an alias on one model' 'unpin	let a pinned alias follow the catalogue again'
        set options '--all	the retired ones too' '--as-of	the catalogue as of a day, YYYY-MM-DD' '--json	print JSON' '--help	the options and examples'
        set valued --as-of
    case 'models show'
        set commands
        set options '--as-of	the catalogue as of a day, YYYY-MM-DD' '--json	print JSON' '--help	the options and examples'
        set valued --as-of
    case 'models add'
        set commands
        set options '--provider	who serves it' '--input	tokens sent, $ per 1M tokens' '--output	tokens received, $ per 1M tokens' '--cache-read	tokens read from the cache, $ per 1M tokens' '--cache-write-5m	tokens cached for 5 minutes, $ per 1M tokens' '--cache-write-1h	tokens cached for an hour, $ per 1M tokens' '--context	what fits into its window, such as 200k' '--max-output	what it can answer at most, such as 64k' '--replace	in the place of a model of that id' '--dry-run	only show it' '--json	print JSON' '--help	the options and examples'
        set valued --provider --input --output --cache-read --cache-write-5m --cache-write-1h --context --max-output
    case 'models remove'
        set commands
        set options '--dry-run	only say what would be removed' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'models refresh'
        set commands
        set options '--from	a file or https URL' '--off	forget what was refreshed' '--dry-run	only show what would change' '--json	print JSON' '--help	the options and examples'
        set valued --from
    case 'models pin'
        set commands
        set options '--dry-run	only say what would be pinned' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'models unpin'
        set commands
        set options '--dry-run	only say what it would be' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'env'
        set commands
        set options '--shell	the syntax' '--format	the form' '--json	the same as --format json' '--gateway	through the gateway, which fails over; starts it where none runs' '--help	the options and examples'
        set valued --shell --format
    case 'use'
        set commands
        set options '--off	leave: what was there before llmsel comes back' '--global	make it the user\'s default' '--project	make it this folder\'s, in .llmsel.json' '--session	make it that of a session\'s new windows' '--gateway	through the gateway, which fails over' '--help	the options and examples'
        set valued --session
    case 'which'
        set commands
        set options '--short	one line for prompts; nothing where llmsel applied nothing' '--check	try the key, the endpoint and the model; nothing secret is sent' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'init'
        set commands
        set options '--install	put it into the shell\'s start-up files' '--uninstall	take it out of them again' '--dry-run	show what would change, and write nothing' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session'
        set commands 'new	start a session on a profile\'s model' 'list	the sessions that llmsel started, and what became of them' 'attach	show a session on this terminal' 'logs	a session\'s output' 'wait	wait for workers\' ends, and exit as they did' 'send	type into a session' 'restart	run the same again, on another model if you like' 'stop	end sessions and every process of theirs' 'up	start what a fleet file names, and change what differs' 'down	end what a fleet file started' 'restore	start what ran when tmux or the machine went down' 'prune	remove those that have ended; their logs stay'
        set options '--help	the options and examples'
        set valued
    case 'session new'
        set commands
        set options '--name	the session\'s name (default: the profile\'s)' '--run	a worker file or a shell command' '--cwd	where it runs (default: here)' '--env	a further variable; may be repeated' '--shell	an interactive shell, in which --run is typed' '--attach	show the session on this terminal' '--wait	wait for the worker\'s end and exit with its code' '--limit	it may spend so much, such as 5/day or 5/day,100/month' '--no-gateway	its programs ask the providers themselves, without failover' '--dry-run	print what would be done; do nothing' '--json	print JSON' '--help	the options and examples'
        set valued --name --run --cwd --env --limit
    case 'session list'
        set commands
        set options '--all	also those that tmux or the machine took down' '--watch	on the whole terminal, as it is from second to second' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session attach'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'session logs'
        set commands
        set options '-n	how many of the last lines, or "all"' '--lines	how many of the last lines, or "all"' '-f	and what comes, until the worker\'s end' '--follow	and what comes, until the worker\'s end' '--raw	with the escapes that a terminal would act on' '--help	the options and examples'
        set valued -n --lines
    case 'session wait'
        set commands
        set options '--any	until the first of them has ended' '--timeout	no longer than this, such as 30s or 2h' '--json	print JSON' '--help	the options and examples'
        set valued --timeout
    case 'session send'
        set commands
        set options '--no-enter	without Enter after it' '--help	the options and examples'
        set valued
    case 'session restart'
        set commands
        set options '--profile	on this profile from now on' '--env	a further variable; may be repeated' '--json	print JSON' '--help	the options and examples'
        set valued --profile --env
    case 'session stop'
        set commands
        set options '--all	all that llmsel started' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session up'
        set commands
        set options '--dry-run	print the plan; do nothing' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session down'
        set commands
        set options '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session restore'
        set commands
        set options '--dry-run	print what would be started; start nothing' '--yes	do not ask' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'session prune'
        set commands
        set options '--dry-run	print what would be removed; remove nothing' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'failover'
        set commands 'status	the chain, each hop with its readiness and circuit' 'set	which models to ask, in this order' 'on	let a profile fail over' 'off	hold a profile to its own model' 'reset	close circuits, and forget what was left' 'drill	see what happens when providers fail, without asking any'
        set options '--profile	of this profile (default: the one that applies here)' '--json	print JSON' '--help	the options and examples'
        set valued --profile
    case 'failover status'
        set commands
        set options '--profile	of this profile (default: the one that applies here)' '--json	print JSON' '--help	the options and examples'
        set valued --profile
    case 'failover set'
        set commands
        set options '--profile	of this profile (default: the one that applies here)' '--help	the options and examples'
        set valued --profile
    case 'failover on'
        set commands
        set options '--profile	of this profile (default: the one that applies here)' '--help	the options and examples'
        set valued --profile
    case 'failover off'
        set commands
        set options '--profile	of this profile (default: the one that applies here)' '--help	the options and examples'
        set valued --profile
    case 'failover reset'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'failover drill'
        set commands
        set options '--profile	of this profile (default: budget)' '--json	print JSON' '--help	the options and examples'
        set valued --profile
    case 'gateway'
        set commands 'start	start it in the background, supervised' 'stop	let its requests end, then end it' 'restart	a new one in its place; requests under way go on' 'status	where it listens, and what its providers are like' 'logs	what it has done, a line a request' 'open	the dashboard, in your browser' 'url	the base URL for a shell on a profile' 'run	run it in the foreground, for a service manager'
        set options '--help	the options and examples'
        set valued
    case 'gateway start'
        set commands
        set options '--json	print JSON' '--help	the options and examples'
        set valued
    case 'gateway stop'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'gateway restart'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'gateway status'
        set commands
        set options '--json	print JSON' '--help	the options and examples'
        set valued
    case 'gateway logs'
        set commands
        set options '-n	how many of the last lines, or "all"' '--lines	how many of the last lines, or "all"' '-f	and what comes, until Ctrl-C' '--follow	and what comes, until Ctrl-C' '--help	the options and examples'
        set valued -n --lines
    case 'gateway open'
        set commands
        set options '--print	print the link instead of opening it' '--help	the options and examples'
        set valued
    case 'gateway url'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'gateway run'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'keys'
        set commands 'set	keep a provider\'s key for the gateway' 'list	which keys are kept; masked' 'remove	forget a provider\'s key'
        set options '--help	the options and examples'
        set valued
    case 'keys set'
        set commands
        set options '--command	a shell command that prints the key, instead of the key' '--help	the options and examples'
        set valued --command
    case 'keys list'
        set commands
        set options '--json	print JSON' '--help	the options and examples'
        set valued
    case 'keys remove'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'costs'
        set commands 'spent	what was spent, from the ledger' 'what-if	what the same work would have cost on other models' 'import	agents\' own logs into the ledger' 'export	the ledger as CSV or JSON, a row for each attempt'
        set options '--input	tokens sent, such as 1.5M' '--output	tokens received' '--per	what the amounts are for' '--premium-share	of the work, where premium is mixed with others' '--models	other models than these' '--cache-read	of the input, read from the prompt cache' '--request-size	tokens of one request\'s prompt, for the price band' '--batch	at batch prices' '--as-of	the catalogue as of a day, YYYY-MM-DD' '--json	print JSON' '--csv	print CSV' '--help	the options and examples'
        set valued --input --output --per --premium-share --models --cache-read --request-size --as-of
    case 'costs spent'
        set commands
        set options '--by	a row for each' '--since	from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until	to the end of that day or month; without it, until now' '--timezone	whose days these are, such as Europe/Berlin' '--session	of one session' '--profile	of one profile' '--model	that one model answered' '--project	of the work in one folder' '--json	print JSON' '--csv	print CSV' '--help	the options and examples'
        set valued --by --since --until --timezone --session --profile --model --project
    case 'costs what-if'
        set commands
        set options '--since	from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until	to the end of that day or month; without it, until now' '--timezone	whose days these are, such as Europe/Berlin' '--session	of one session' '--profile	of one profile' '--model	that one model answered' '--project	of the work in one folder' '--json	print JSON' '--help	the options and examples'
        set valued --since --until --timezone --session --profile --model --project
    case 'costs import'
        set commands
        set options '--from	whose logs, with commas' '--billing	of answers whose log does not say it' '--dry-run	count what is new, and keep nothing' '--json	print JSON' '--help	the options and examples'
        set valued --from --billing
    case 'costs export'
        set commands
        set options '--format	of the rows' '--to	into a file of your own (0600), once it is whole' '--since	from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30' '--until	to the end of that day or month; without it, until now' '--timezone	whose days these are, such as Europe/Berlin' '--session	of one session' '--profile	of one profile' '--model	that one model answered' '--project	of the work in one folder' '--help	the options and examples'
        set valued --format --to --since --until --timezone --session --profile --model --project
    case 'config'
        set commands 'list	what is set, a line each' 'get	the value of one setting; exit 1 when it is not set' 'set	set one setting; a bad value changes nothing' 'unset	remove one setting' 'path	where the config file is'
        set options '--help	the options and examples'
        set valued
    case 'config list'
        set commands
        set options '--json	print the whole file as JSON' '--help	the options and examples'
        set valued
    case 'config get'
        set commands
        set options '--json	print JSON' '--help	the options and examples'
        set valued
    case 'config set'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'config unset'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'config path'
        set commands
        set options '--help	the options and examples'
        set valued
    case 'doctor'
        set commands
        set options '--fix	mend what can be mended without a decision of yours' '--json	print JSON' '--help	the options and examples'
        set valued
    case 'completion'
        set commands
        set options '--names	the names to complete, a line each, as the completions ask for them' '--help	the options and examples'
        set valued
    end
end

function _llmsel_value --argument-names wanted token
    switch "$wanted"
    case 'setup --default'
        _llmsel_names profile alias fixed model
    case 'setup --ollama-model'
        _llmsel_names alias fixed model retired
    case 'models show 1'
        _llmsel_names alias fixed model retired
    case 'models add --provider'
        _llmsel_words 'claude' 'openai' 'ollama'
    case 'models add 1'
        _llmsel_names model retired
    case 'models remove 1'
        _llmsel_names model retired
    case 'models pin 1'
        _llmsel_names alias
    case 'models pin 2'
        _llmsel_names model retired
    case 'models unpin 1'
        _llmsel_names alias
    case 'env --shell'
        _llmsel_words 'sh' 'bash' 'zsh' 'fish' 'powershell' 'nu'
    case 'env --format'
        _llmsel_words 'shell' 'dotenv' 'json'
    case 'env 1'
        _llmsel_names profile alias fixed model
    case 'use --session'
        _llmsel_sessions
    case 'use 1'
        _llmsel_names profile alias fixed model
    case 'session new --run'
        _llmsel_files "$token"
    case 'session new --cwd'
        _llmsel_folders "$token"
    case 'session new 1'
        _llmsel_names profile alias fixed model
    case 'session attach 1'
        _llmsel_sessions
    case 'session logs 1'
        _llmsel_sessions
    case 'session wait 1' 'session wait 2' 'session wait 3' 'session wait 4' 'session wait 5' 'session wait 6' 'session wait 7' 'session wait 8' 'session wait 9'
        _llmsel_sessions
    case 'session send 1'
        _llmsel_sessions
    case 'session restart --profile'
        _llmsel_names profile alias fixed model
    case 'session restart 1'
        _llmsel_sessions
    case 'session stop 1' 'session stop 2' 'session stop 3' 'session stop 4' 'session stop 5' 'session stop 6' 'session stop 7' 'session stop 8' 'session stop 9'
        _llmsel_sessions
    case 'session up 1'
        _llmsel_files "$token"
    case 'session down 1'
        _llmsel_files "$token"
    case 'session prune 1' 'session prune 2' 'session prune 3' 'session prune 4' 'session prune 5' 'session prune 6' 'session prune 7' 'session prune 8' 'session prune 9'
        _llmsel_sessions
    case 'failover --profile'
        _llmsel_names profile alias fixed model
    case 'failover status --profile'
        _llmsel_names profile alias fixed model
    case 'failover set --profile'
        _llmsel_names profile alias fixed model
    case 'failover set 1' 'failover set 2' 'failover set 3' 'failover set 4' 'failover set 5' 'failover set 6' 'failover set 7' 'failover set 8' 'failover set 9'
        _llmsel_names alias fixed model retired
    case 'failover on --profile'
        _llmsel_names profile alias fixed model
    case 'failover off --profile'
        _llmsel_names profile alias fixed model
    case 'failover drill --profile'
        _llmsel_names profile alias fixed model
    case 'gateway url 1'
        _llmsel_names profile alias fixed model
    case 'keys set 1'
        _llmsel_words 'claude' 'openai' 'ollama'
    case 'keys remove 1'
        _llmsel_words 'claude' 'openai' 'ollama'
    case 'costs --per'
        _llmsel_words 'day' 'week' 'month'
    case 'costs spent --by'
        _llmsel_words 'model' 'session' 'profile' 'project' 'day' 'hour'
    case 'costs spent --session'
        _llmsel_sessions
    case 'costs spent --profile'
        _llmsel_names profile alias fixed model
    case 'costs spent --model'
        _llmsel_names alias fixed model retired
    case 'costs spent --project'
        _llmsel_folders "$token"
    case 'costs what-if --session'
        _llmsel_sessions
    case 'costs what-if --profile'
        _llmsel_names profile alias fixed model
    case 'costs what-if --model'
        _llmsel_names alias fixed model retired
    case 'costs what-if --project'
        _llmsel_folders "$token"
    case 'costs what-if 1' 'costs what-if 2' 'costs what-if 3' 'costs what-if 4' 'costs what-if 5' 'costs what-if 6' 'costs what-if 7' 'costs what-if 8' 'costs what-if 9'
        _llmsel_names alias fixed model retired
    case 'costs import --billing'
        _llmsel_words 'api' 'included'
    case 'costs export --format'
        _llmsel_words 'csv' 'json' 'ndjson'
    case 'costs export --to'
        _llmsel_files "$token"
    case 'costs export --session'
        _llmsel_sessions
    case 'costs export --profile'
        _llmsel_names profile alias fixed model
    case 'costs export --model'
        _llmsel_names alias fixed model retired
    case 'costs export --project'
        _llmsel_folders "$token"
    case 'config get 1'
        _llmsel_names setting
    case 'config set 1'
        _llmsel_names setting
    case 'config unset 1'
        _llmsel_names setting
    case 'completion 1'
        _llmsel_words 'bash' 'zsh' 'fish'
    end
end

complete -c llmsel -f -k -a '(_llmsel)'
